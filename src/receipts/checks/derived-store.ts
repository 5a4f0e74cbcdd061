import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import { type Db, isPostgres } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'

export type ReceiptRow = Selectable<Schema['receipt']>
export type OwnerRow = Selectable<Schema['receipt_owner']>

/** Receipts as their rows say, in the order they were kept. */
export async function receiptRows(db: Db, after: number, limit: number): Promise<ReceiptRow[]> {
  return db
    .selectFrom('receipt')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The party that each number leads to. */
export async function partiesOf(db: Db, numbers: readonly string[]): Promise<Map<string, number>> {
  if (numbers.length === 0) return new Map()
  const rows = await db
    .selectFrom('party_identification')
    .select(['number', 'party_id'])
    .where('number', 'in', anyOf(db, numbers))
    .execute()
  return new Map(rows.map((row) => [row.number, row.party_id]))
}

/** What a row of the list's index is found by. */
export type OwnerKey = Pick<OwnerRow, 'party_id' | 'issued_on' | 'receipt_id'>

/** The rows of the list's index that have these keys. */
export async function ownerRows(db: Db, keys: readonly OwnerKey[]): Promise<OwnerRow[]> {
  if (keys.length === 0) return []
  const list = JSON.stringify(keys)
  const wanted = isPostgres(db)
    ? sql`select party_id, issued_on, receipt_id from json_to_recordset(${list}::json)
        as k(party_id bigint, issued_on text, receipt_id bigint)`
    : sql`select value->>'party_id', value->>'issued_on', value->>'receipt_id'
        from json_each(${list})`
  return db
    .selectFrom('receipt_owner')
    .selectAll()
    .where(sql<boolean>`(party_id, issued_on, receipt_id) in (${wanted})`)
    .execute()
}

/** What a day's receipts add up to, one by one and as it was kept. */
interface DaySums extends Selectable<Schema['receipt_day']> {
  kept_receipts: number
  kept_cents: number
}

/** The highest number of a party, and how many rows of sums there are. */
export async function countDays(db: Db): Promise<{ lastParty: number; days: number }> {
  const party = db.selectFrom('party').select(({ fn }) => fn.max('id').as('last'))
  const days = db.selectFrom('receipt_day').select(({ fn }) => fn.countAll<number>().as('count'))
  const { last } = await party.executeTakeFirstOrThrow()
  const { count } = await days.executeTakeFirstOrThrow()
  return { lastParty: last ?? 0, days: count }
}

/** Where the sums of days are not those of the rows, for the parties after one and up to another. */
export async function wrongDays(db: Db, after: number, upTo: number): Promise<DaySums[]> {
  const { rows } = await sql<DaySums>`
    select party_id, issued_on, kind, status,
      sum(receipts) as receipts, sum(cents) as cents,
      sum(kept_receipts) as kept_receipts, sum(kept_cents) as kept_cents
    from (
      select party_id, issued_on, kind, status, 1 as receipts, coalesce(total_cents, 0) as cents,
        0 as kept_receipts, 0 as kept_cents
      from receipt_owner where party_id > ${after} and party_id <= ${upTo}
      union all
      select party_id, issued_on, kind, status, 0, 0, receipts, cents
      from receipt_day where party_id > ${after} and party_id <= ${upTo}) as both_tables
    group by party_id, issued_on, kind, status
    having sum(receipts) <> sum(kept_receipts) or sum(cents) <> sum(kept_cents)
    order by party_id, issued_on, kind, status`.execute(db)
  return rows
}

/** How many rows the list's index has, and how many documents no receipt stands for. */
export async function countDerived(db: Db): Promise<{ owners: number; orphans: number }> {
  const owners = await db
    .selectFrom('receipt_owner')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const orphans = await db
    .selectFrom('receipt_document')
    .leftJoin('receipt', 'receipt.id', 'receipt_document.receipt_id')
    .where('receipt.id', 'is', null)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { owners: owners.count, orphans: orphans.count }
}
