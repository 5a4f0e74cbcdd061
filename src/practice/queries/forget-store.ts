import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { LINE_STEP } from './batch-query.ts'

/** The oldest queries, when they are from before a moment: they are numbered as they come. */
export async function oldestQueries(db: Db, before: Date, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('batch_query')
    .select(['id', 'created_at'])
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.filter((row) => row.created_at < before.toISOString()).map(({ id }) => id)
}

/** Deletes the first lines of a query, and with the last of them the query; true when it is gone. */
export async function deleteSome(tx: Tx, id: number, limit: number): Promise<boolean> {
  const first = await tx
    .selectFrom('batch_line')
    .select('n')
    .where('query_id', '=', id)
    .orderBy('n')
    .limit(1)
    .executeTakeFirst()
  if (first === undefined) {
    await tx.deleteFrom('batch_query').where('id', '=', id).execute()
    return true
  }
  await tx
    .deleteFrom('batch_line')
    .where('query_id', '=', id)
    .where('n', '<', first.n + limit * LINE_STEP)
    .execute()
  return false
}
