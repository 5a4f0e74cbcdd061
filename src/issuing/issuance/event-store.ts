import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { Tx } from '../../db/transaction.ts'

/** What happens to a document on its way beside its states; most of it a person does. */
export type IssuanceDeed =
  | 'corrected'
  /** Asked for it again as it is. */
  | 'repeated'
  /** Its number is another document's: what it says was issued with another number. */
  | 'reissued'
  | 'replaces'
  | 'closed'
  /** Its tries were used up; and somebody asked for more. */
  | 'spent'
  | 'resumed'

/** Something that happened to a document on its way. */
export interface IssuanceEvent {
  readonly issuanceId: number
  /** The state that it came to, or what somebody did to it. */
  readonly what: IssuanceState | IssuanceDeed
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

/** What was said last of some documents. */
export async function lastWordsOf(
  db: Db,
  issuanceIds: readonly number[],
): Promise<Map<number, string>> {
  if (issuanceIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('issuance_event')
    .select(['issuance_id', 'text'])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('issuance_event as story')
        .select(({ fn }) => fn.max('story.id').as('id'))
        .where('story.issuance_id', 'in', anyOf(db, issuanceIds))
        .groupBy('story.issuance_id'),
    )
    .execute()
  return new Map(rows.map((row) => [row.issuance_id, row.text ?? '']))
}
