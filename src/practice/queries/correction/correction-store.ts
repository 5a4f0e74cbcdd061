import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { AnsweredLine, QueryLine } from '../batch-query.ts'
import { LINE_STEP } from '../batch-query.ts'
import { putLines, toLine } from '../query-store.ts'

/** One line of a query; null when there is none. */
export async function findLine(db: Db, queryId: number, n: number): Promise<AnsweredLine | null> {
  const row = await db
    .selectFrom('batch_line')
    .selectAll()
    .where('query_id', '=', queryId)
    .where('n', '=', n)
    .executeTakeFirst()
  return row ? toLine(row) : null
}

/** Lets those who correct lines of one query take turns. */
export async function holdQuery(tx: Tx, queryId: number): Promise<void> {
  await tx
    .updateTable('batch_query')
    .set((eb) => ({ title: eb.ref('title') }))
    .where('id', '=', queryId)
    .execute()
}

/** The row of another line that asks for the same, or found it; null when none does. */
export async function askedAlready(
  tx: Tx,
  queryId: number,
  n: number,
  asked: Pick<QueryLine, 'accessKey' | 'recipient'> & { readonly keys: readonly string[] },
): Promise<number | null> {
  const keys = [...asked.keys, ...(asked.accessKey === null ? [] : [asked.accessKey])]
  const clients = keys.length === 0 && asked.recipient !== null ? [asked.recipient] : []
  if (keys.length + clients.length === 0) return null
  const row = await tx
    .selectFrom('batch_line')
    .select(['n', 'line_row'])
    .where('query_id', '=', queryId)
    .where('n', '<>', n)
    .where((eb) => eb.or([eb('verdict', '<>', 'missing'), eb('verdict', 'is', null)]))
    .where((eb) =>
      keys.length > 0
        ? eb.or([eb('access_key', 'in', anyOf(tx, keys)), eb('receipt_key', 'in', anyOf(tx, keys))])
        : eb.and([eb('access_key', 'is', null), eb('recipient', 'in', anyOf(tx, clients))]),
    )
    .orderBy('n')
    .limit(1)
    .executeTakeFirst()
  return row ? (row.line_row ?? row.n) : null
}

/**
 * Puts answered lines in the place of one, and takes out of what the list lacked what it has now.
 * False when the line is no longer as it was: somebody was quicker.
 */
export async function replaceLine(
  tx: Tx,
  queryId: number,
  was: AnsweredLine,
  lines: readonly AnsweredLine[],
  keys: readonly string[],
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('batch_line')
    .where('query_id', '=', queryId)
    .where('n', '=', was.n)
    .where('value', '=', was.value)
    .where('verdict', '=', was.verdict)
    .executeTakeFirst()
  if (numDeletedRows === 0n) return false
  await tx
    .deleteFrom('batch_line')
    .where('query_id', '=', queryId)
    .where('n', '>', was.n)
    .where('n', '<', was.n + LINE_STEP)
    .execute()
  if (keys.length > 0) {
    await tx
      .deleteFrom('batch_line')
      .where('query_id', '=', queryId)
      .where('verdict', '=', 'missing')
      .where('receipt_key', 'in', anyOf(tx, keys))
      .execute()
  }
  await putLines(tx, queryId, lines)
  return true
}
