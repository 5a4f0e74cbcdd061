import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** Up to where the program of a key says that it has read; 0 before it has said so. */
export async function placeOf(db: Db, apiKeyId: number): Promise<number> {
  const row = await db
    .selectFrom('event_place')
    .select('seq')
    .where('api_key_id', '=', apiKeyId)
    .executeTakeFirst()
  return row?.seq ?? 0
}

export async function keepPlace(tx: Tx, apiKeyId: number, seq: number, now: Date): Promise<void> {
  const news = { seq, at: now.toISOString() }
  await tx
    .insertInto('event_place')
    .values({ api_key_id: apiKeyId, ...news })
    .onConflict((conflict) => conflict.column('api_key_id').doUpdateSet(news))
    .execute()
}
