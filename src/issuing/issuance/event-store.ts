import { insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { Tx } from '../../db/transaction.ts'

/** Something that happened to a document on its way. */
export interface IssuanceEvent {
  readonly issuanceId: number
  /** The state that it came to, or that somebody corrected it or asked for it again. */
  readonly what: IssuanceState | 'corrected' | 'repeated'
  readonly code: string | null
  readonly text: string | null
}

/** Adds to the stories of documents, in the transaction of what happened. */
export async function addEvents(
  tx: Tx,
  events: readonly IssuanceEvent[],
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await insertRows(tx, {
    table: 'issuance_event',
    columns: ['issuance_id', 'at', 'what', 'code', 'text'],
    rows: events.map(({ issuanceId, what, code, text }) => [issuanceId, at, what, code, text]),
  })
}

/** The story of a document, from its number on. */
export async function eventsOf(
  db: Db,
  issuanceId: number,
): Promise<(Omit<IssuanceEvent, 'issuanceId' | 'what'> & { what: string; at: Date })[]> {
  const rows = await db
    .selectFrom('issuance_event')
    .select(['at', 'what', 'code', 'text'])
    .where('issuance_id', '=', issuanceId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, at: new Date(row.at) }))
}
