import { sql } from 'kysely'
import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { ItemReach, Stage } from '../../../db/tables/intake.ts'
import { isDead } from '../../../outbox/bounces/dead-address-store.ts'
import { reachOfLogin } from '../dry-run/foresee-store.ts'

/** A receipt that came no farther. */
export interface StoppedItem {
  readonly n: number
  readonly receiptId: number
  readonly number: string
  readonly accessKey: string
  readonly recipient: string
}

/** The receipts of a lot that stopped at a stage, by keyset. */
export async function stoppedIn(
  db: Db,
  lotId: number,
  stage: Stage,
  page: { afterN: number; limit: number },
): Promise<StoppedItem[]> {
  const rows = await db
    .selectFrom('lot_item')
    .innerJoin('receipt', 'receipt.id', 'lot_item.receipt_id')
    .select(['lot_item.n', 'receipt.id', 'receipt.number', 'receipt.access_key'])
    .select('receipt.recipient_name')
    .where('lot_item.lot_id', '=', lotId)
    .where('lot_item.stage', '=', stage)
    .where('lot_item.n', '>', page.afterN)
    .orderBy('lot_item.n')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    n: row.n,
    receiptId: row.id,
    number: row.number,
    accessKey: row.access_key,
    recipient: row.recipient_name,
  }))
}

/** Whose a receipt is, and how they are reached today. */
export interface ReachedOwner {
  readonly partyId: number
  readonly name: string
  readonly email: string | null
  readonly reach: ItemReach
}

/** The first owner of each receipt; consumidor final is nobody. */
export async function ownersOf(
  db: Db,
  receiptIds: readonly number[],
): Promise<Map<number, ReachedOwner>> {
  if (receiptIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('receipt_owner')
    .innerJoin('party', 'party.id', 'receipt_owner.party_id')
    .leftJoin('login', (join) =>
      join.onRef('login.party_id', '=', 'party.id').on('login.role', '=', 'customer'),
    )
    .select((eb) => [
      'receipt_owner.receipt_id',
      'party.id',
      'party.name',
      'login.email',
      'login.alerts',
      isDead('login.email').as('dead'),
      eb
        .selectFrom('contact')
        .select(sql<string>`max(value)`.as('value'))
        .whereRef('contact.party_id', '=', 'party.id')
        .where('contact.replaced_at', 'is', null)
        .as('on_file'),
    ])
    .where('receipt_owner.receipt_id', 'in', anyOf(db, receiptIds))
    .execute()
  return new Map(
    rows.toReversed().map((row) => [
      row.receipt_id,
      {
        partyId: row.id,
        name: row.name,
        email: row.email ?? row.on_file,
        reach: reachOfLogin({ ...row, on_file: row.on_file !== null }),
      },
    ]),
  )
}
