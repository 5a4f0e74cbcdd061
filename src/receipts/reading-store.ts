import { insertRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import { type Tx, transaction } from '../db/transaction.ts'
import { countUses, type GrantUser } from './grant-use-store.ts'
import type { OwnedReceipt } from './receipt.ts'
import type { ReceiptScope } from './scope/scope.ts'
import { grantOf, ownScope } from './scope/scope.ts'

/** How a receipt was seen: on its page, in a file, in a package or in a table. */
type ReadingAction = 'page' | 'pdf' | 'xml' | 'zip' | 'csv'

/** Who reads, and what they may. */
export interface Reader extends GrantUser {
  readonly sessionId: string
  /** Set for somebody of the bank who looks as the customer does. */
  readonly viewing?: { readonly viewId: number }
  readonly scope: ReceiptScope
  /**
   * What they may by now, for what takes long: a grant may end meanwhile. Throws when that is no
   * longer what they began with, so that nothing comes out short as if it were whole.
   */
  scopeNow(): Promise<ReceiptScope>
}

/** The reader of receipts that are their own: that never ends. */
export function ownReader(
  person: Pick<Reader, 'loginId' | 'sessionId' | 'viewing'> & { readonly partyId: number },
): Reader {
  const scope = ownScope(person.partyId)
  const { loginId, sessionId, viewing } = person
  const who = { loginId, sessionId, ...(viewing ? { viewing } : {}) }
  return { ...who, scope, scopeNow: async () => scope }
}

/** What of a receipt is written down when it is read. */
type ReadReceipt = Pick<OwnedReceipt, 'id' | 'partyId' | 'issuedOn' | 'kind' | 'recipientNumber'>

/** Writes down that somebody saw these receipts, before they are shown: the one thing a GET writes. */
export async function addReadings(
  db: Db,
  reader: Reader,
  action: ReadingAction,
  receipts: readonly ReadReceipt[],
  now: Date,
): Promise<void> {
  await transaction(db, (tx) => noteReadings(tx, reader, action, receipts, now))
}

/** The same, in the transaction of what gives them. */
export async function noteReadings(
  tx: Tx,
  reader: Omit<Reader, 'scopeNow'>,
  action: ReadingAction,
  receipts: readonly ReadReceipt[],
  now: Date,
): Promise<void> {
  const { loginId, sessionId, viewing, scope } = reader
  const at = now.toISOString()
  const view = viewing?.viewId ?? null
  const grants = receipts.map((receipt) => grantOf(scope, receipt))
  await insertRows(tx, {
    table: 'receipt_reading',
    columns: ['receipt_id', 'login_id', 'session_id', 'action', 'at', 'view_id', 'grant_id'],
    rows: receipts.map(({ id }, n) => [
      id,
      loginId,
      sessionId,
      action,
      at,
      view,
      grants[n] ?? null,
    ]),
  })
  await countUses(tx, reader, action, grants, now)
}

/** What one login did with a receipt, by action. */
export interface ReadingSummary {
  readonly action: ReadingAction
  readonly count: number
  readonly firstAt: string
  readonly lastAt: string
}

export async function readingsOf(
  db: Db,
  loginId: number,
  receiptId: number,
): Promise<ReadingSummary[]> {
  const rows = await db
    .selectFrom('receipt_reading')
    .where('receipt_id', '=', receiptId)
    .where('login_id', '=', loginId)
    .where('view_id', 'is', null)
    .groupBy('action')
    .select(({ fn }) => [
      'action',
      fn.countAll<number>().as('count'),
      fn.min('at').as('first_at'),
      fn.max('at').as('last_at'),
    ])
    .execute()
  return rows.map((row) => ({
    action: row.action,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
  }))
}

/** What somebody of the bank did with a receipt of a customer, in one look, and why they looked. */
export interface BankReading {
  readonly action: ReadingAction
  readonly reason: string
  readonly at: string
}

const BANK_READINGS_MAX = 20

/** How often a party's receipt was seen or fetched by the bank's people, the newest first. */
export async function bankReadingsOf(
  db: Db,
  partyId: number,
  receiptId: number,
): Promise<BankReading[]> {
  return db
    .selectFrom('receipt_reading')
    .innerJoin('customer_view', 'customer_view.id', 'receipt_reading.view_id')
    .where('receipt_id', '=', receiptId)
    .where('customer_view.party_id', '=', partyId)
    .groupBy(['customer_view.id', 'customer_view.reason', 'receipt_reading.action'])
    .select(({ fn }) => [
      'receipt_reading.action',
      'customer_view.reason',
      fn.min('receipt_reading.at').as('at'),
    ])
    .orderBy('customer_view.id', 'desc')
    .limit(BANK_READINGS_MAX)
    .execute()
}

/** What an accountant did with a receipt of a customer, by a grant of theirs. */
export interface FirmReading {
  readonly action: ReadingAction
  readonly person: string
  readonly firm: string
  readonly count: number
  readonly lastAt: string
}

const FIRM_READINGS_MAX = 20

/** Who read a party's receipt by what it granted, the latest first. */
export async function firmReadingsOf(
  db: Db,
  partyId: number,
  receiptId: number,
): Promise<FirmReading[]> {
  const rows = await db
    .selectFrom('receipt_reading')
    .innerJoin('access_grant', 'access_grant.id', 'receipt_reading.grant_id')
    .innerJoin('firm', 'firm.id', 'access_grant.firm_id')
    .innerJoin('login', 'login.id', 'receipt_reading.login_id')
    .where('receipt_id', '=', receiptId)
    .where('access_grant.party_id', '=', partyId)
    .groupBy(['firm.id', 'firm.name', 'login.id', 'login.display_name', 'receipt_reading.action'])
    .select(({ fn }) => [
      'receipt_reading.action',
      'login.display_name as person',
      'firm.name as firm',
      fn.countAll<number>().as('count'),
      fn.max('receipt_reading.at').as('lastAt'),
    ])
    .orderBy('lastAt', 'desc')
    .limit(FIRM_READINGS_MAX)
    .execute()
  return rows
}
