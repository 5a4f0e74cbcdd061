import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { IssuanceState, IssuanceStep } from '../../db/tables/issuing.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { type ListedState, SPENT } from '../states/state-groups.ts'

/** Which documents a list is of. */
export interface IssuanceFilter {
  /** Those that a person closed, whatever their state; or those in some states that are not. */
  readonly states: readonly ListedState[] | 'closed'
  readonly kind: DocumentKind | null
  readonly establishment: string | null
  readonly issuerId: number | null
  readonly lotId: number | null
}

/** A document as lists show it. */
export interface ListedIssuance {
  readonly id: number
  readonly kind: DocumentKind
  readonly establishment: string
  readonly point: string
  readonly sequence: number
  readonly accessKey: string
  readonly draft: ReceiptDraft
  readonly state: IssuanceState
  readonly edition: number
  readonly step: IssuanceStep | null
  readonly nextAt: Date | null
  /** Whether somebody has it in hand at this moment. */
  readonly isHeld: boolean
  readonly tries: number
  readonly sends: number
  readonly questions: number
  readonly sentAt: Date | null
  readonly answerCode: string | null
  readonly answer: string | null
  readonly lot: { readonly month: string; readonly sequence: number } | null
  readonly createdAt: Date
  readonly changedAt: Date
  readonly isSpent: boolean
  readonly closedAt: Date | null
}

/** A page of a list. */
export interface IssuancePage {
  readonly issuances: readonly ListedIssuance[]
  /** After which document the list goes on; null at its end. */
  readonly next: number | null
}

/** No page looks further than through so many documents of a state for some of a kind or a place. */
const LOOKED_THROUGH = 10_000

/**
 * Some documents, the oldest first. Only what the indexes hold is looked through, and no more of it
 * than so much: a page may hold fewer than asked for, even none, and yet have a next one.
 */
export async function listIssuances(
  db: Db,
  filter: IssuanceFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<IssuancePage> {
  const { kind, establishment, issuerId } = filter
  const narrows = kind !== null || establishment !== null || issuerId !== null
  const windows = partsOf(db, filter).map(
    ({ table, part }) => sql`(select id, kind, establishment, issuer_id from ${table}
    where ${part} and id > ${after} order by id limit ${narrows ? LOOKED_THROUGH : limit + 1}) as part`,
  )
  const end = narrows ? await endOfWindows(db, windows) : null
  const parts = windows.map((window) => sql`select id from ${window} where ${fitting(filter)}`)
  const { rows } = await sql<{ id: number }>`
    select id from (${sql.join(parts, sql` union all `)}) as found
    where id <= ${end ?? Number.MAX_SAFE_INTEGER} order by id limit ${limit + 1}`.execute(db)
  const ids = rows.slice(0, limit).map(({ id }) => id)
  const listed = await listedIssuances(db, ids)
  return {
    issuances: ids.flatMap((id) => listed.get(id) ?? []),
    next: rows.length > limit ? (ids.at(-1) ?? null) : end,
  }
}

/** Up to which document all windows have been looked through; null when all of them came to their end. */
async function endOfWindows(
  db: Db,
  windows: readonly RawBuilder<unknown>[],
): Promise<number | null> {
  const parts = windows.map(
    (window) => sql`select count(*) as seen, max(id) as last from ${window}`,
  )
  const { rows } = await sql<{ seen: number; last: number | null }>`
    ${sql.join(parts, sql` union all `)}`.execute(db)
  const cut = rows.flatMap(({ seen, last }) =>
    Number(seen) === LOOKED_THROUGH && last !== null ? [last] : [],
  )
  return cut.length === 0 ? null : Math.min(...cut)
}

function fitting({ kind, establishment, issuerId }: IssuanceFilter): RawBuilder<unknown> {
  const wishes = [
    sql`1 = 1`,
    ...(kind === null ? [] : [sql`kind = ${kind}`]),
    ...(establishment === null ? [] : [sql`establishment = ${establishment}`]),
    ...(issuerId === null ? [] : [sql`issuer_id = ${issuerId}`]),
  ]
  return sql.join(wishes, sql` and `)
}

/** A stretch of an index, and the table that goes with it. */
interface Part {
  readonly name: ListedState | 'closed'
  readonly table: RawBuilder<unknown>
  readonly part: RawBuilder<unknown>
}

/**
 * One condition for each stretch of an index; written out, so that partial indexes are seen to fit.
 * What is authorised is listed of a lot only: all of it is nearly everything, and the receipts have it.
 */
function partsOf(db: Db, { states, lotId }: IssuanceFilter): Part[] {
  const ofLot = lotId === null ? sql`` : sql`and lot_id = ${lotId}`
  // SQLite, told how the states are spread, would rather walk all documents by their numbers.
  const table = (index: string) =>
    isPostgres(db) ? sql`issuance` : sql`issuance indexed by ${sql.ref(index)}`
  if (states === 'closed') {
    const part = sql`closed_at is not null ${ofLot}`
    return [{ name: states, table: table('issuance_closed'), part }]
  }
  return states.map((name) => {
    if (name === SPENT) {
      const part = sql`spent_at is not null ${ofLot} and closed_at is null`
      return { name, table: table('issuance_spent'), part }
    }
    const is = sql`state = ${sql.lit(name)} ${ofLot} and closed_at is null and spent_at is null`
    return lotId === null
      ? { name, table: table('issuance_open'), part: sql`${is} and state <> 'authorized'` }
      : { name, table: table('issuance_lot'), part: is }
  })
}

/** Of each state how many there are; what is more than `most` is not counted to its end. */
export interface StateCount {
  readonly count: number
  readonly isMore: boolean
}

/** Counts each of some states, or what is closed, looking at no more than `most` documents of each. */
export async function countIssuances(
  db: Db,
  filter: IssuanceFilter,
  most: number,
): Promise<Map<ListedState | 'closed', StateCount>> {
  const parts = partsOf(db, filter).map(
    ({ name, table, part }) => sql`select ${sql.lit(name)} as name,
    count(*) as seen, coalesce(sum(case when ${fitting(filter)} then 1 else 0 end), 0) as fitting
    from (select kind, establishment, issuer_id from ${table} where ${part} limit ${most + 1}) as part`,
  )
  const { rows } = await sql<{ name: ListedState | 'closed'; seen: number; fitting: number }>`
    ${sql.join(parts, sql` union all `)}`.execute(db)
  return new Map(
    rows.map(({ name, seen, fitting }) => {
      const isMore = Number(seen) > most
      return [name, { count: Math.min(Number(fitting), most), isMore }]
    }),
  )
}

/** Some documents by their numbers here. */
export async function listedIssuances(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, ListedIssuance>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('issuance')
    .leftJoin('lot', 'lot.id', 'issuance.lot_id')
    .selectAll('issuance')
    .select(['lot.month as lot_month', 'lot.sequence as lot_sequence'])
    .where('issuance.id', 'in', anyOf(db, ids))
    .execute()
  return new Map(rows.map((row) => [row.id, toListed(row)]))
}

interface ListedRow {
  id: number
  kind: string
  establishment: string
  point: string
  sequence: number
  access_key: string
  draft: string
  state: IssuanceState
  edition: number
  next_step: IssuanceStep | null
  next_at: string | null
  claimed_by: string | null
  tries: number
  sends: number
  questions: number
  sent_at: string | null
  answer_code: string | null
  answer: string | null
  created_at: string
  changed_at: string
  spent_at: string | null
  closed_at: string | null
  lot_month: string | null
  lot_sequence: number | null
}

function toListed(row: ListedRow): ListedIssuance {
  const { lot_month: month, lot_sequence: sequence } = row
  return {
    id: row.id,
    kind: row.kind as DocumentKind,
    establishment: row.establishment,
    point: row.point,
    sequence: row.sequence,
    accessKey: row.access_key,
    draft: JSON.parse(row.draft) as ReceiptDraft,
    state: row.state,
    edition: row.edition,
    step: row.next_step,
    nextAt: dateOf(row.next_at),
    isHeld: row.claimed_by !== null,
    tries: row.tries,
    sends: row.sends,
    questions: row.questions,
    sentAt: dateOf(row.sent_at),
    answerCode: row.answer_code,
    answer: row.answer,
    lot: month === null || sequence === null ? null : { month, sequence },
    createdAt: new Date(row.created_at),
    changedAt: new Date(row.changed_at),
    isSpent: row.spent_at !== null,
    closedAt: dateOf(row.closed_at),
  }
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}
