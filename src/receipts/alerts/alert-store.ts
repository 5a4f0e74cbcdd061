import { anyOf, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { isDead } from '../../outbox/bounces/dead-address-store.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { parseEmail } from '../../values/email-address.ts'
import type { Cents } from '../../values/money.ts'
import { cents } from '../../values/money.ts'
import type { ReceiptStatus } from '../receipt.ts'

/** Somebody to whom new receipts are announced: a customer who registered and confirmed an address. */
export interface AlertedLogin {
  loginId: number
  partyId: number
  name: string
  address: string
  alerts: 'each' | 'daily'
}

/** Who among the owners wants to be told and can be; nobody can at an address that is dead. */
export async function alertedLogins(
  db: Db,
  partyIds: readonly number[],
): Promise<Map<number, AlertedLogin>> {
  const rows = await db
    .selectFrom('login')
    .select(['id', 'party_id', 'display_name', 'email', 'alerts'])
    .where('party_id', 'in', anyOf(db, partyIds))
    .where('role', '=', 'customer')
    .where('email', 'is not', null)
    .where('alerts', '!=', 'off')
    .where((eb) => eb.not(isDead('login.email')))
    .execute()
  const logins = new Map<number, AlertedLogin>()
  for (const { id, party_id: partyId, display_name: name, email, alerts } of rows) {
    const address = email === null ? null : parseEmail(email)
    if (partyId === null || address === null || alerts === 'off') continue
    logins.set(partyId, { loginId: id, partyId, name, address, alerts })
  }
  return logins
}

/** Notes receipts for the next daily summary of their owners. */
export async function addDigestItems(
  tx: Tx,
  items: readonly { loginId: number; receiptId: number }[],
  now: Date,
): Promise<void> {
  await insertRows(tx, {
    table: 'digest_item',
    columns: ['login_id', 'receipt_id', 'created_at'],
    rows: items.map(({ loginId, receiptId }) => [loginId, receiptId, now.toISOString()]),
    skipWhenTaken: 'login_id, receipt_id',
  })
}

/** A login with receipts waiting for its summary. */
export interface DueDigest {
  loginId: number
  partyId: number | null
  name: string
  address: string | null
  wanted: boolean
}

/** Logins for whom something has waited since before the cutoff, by number, after the given one. */
export async function dueDigests(
  db: Db,
  cutoff: Date,
  page: { afterLoginId: number; limit: number },
): Promise<DueDigest[]> {
  const rows = await db
    .selectFrom('login')
    .select(['id', 'party_id', 'display_name', 'email', 'alerts'])
    .select(isDead('login.email').as('dead'))
    .where('id', 'in', (waiting) =>
      waiting
        .selectFrom('digest_item')
        .select('login_id')
        .distinct()
        .where('login_id', '>', page.afterLoginId)
        .where('created_at', '<', cutoff.toISOString())
        .orderBy('login_id')
        .limit(page.limit),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    loginId: row.id,
    partyId: row.party_id,
    name: row.display_name,
    address: row.email,
    wanted: row.alerts !== 'off' && !row.dead,
  }))
}

/** Takes what has waited since before the cutoff out of the waiting list. */
export async function takeDigestItems(tx: Tx, loginId: number, cutoff: Date): Promise<number[]> {
  const rows = await tx
    .deleteFrom('digest_item')
    .where('login_id', '=', loginId)
    .where('created_at', '<', cutoff.toISOString())
    .returning('receipt_id')
    .execute()
  return rows.map((row) => row.receipt_id).sort((one, other) => one - other)
}

/** Notes of which receipts a summary tells, so that it is known what became of their news. */
export async function noteDigest(
  tx: Tx,
  subjectKey: string,
  receiptIds: readonly number[],
): Promise<void> {
  const { id } = await tx
    .selectFrom('mail')
    .select('id')
    .where('subject_key', '=', subjectKey)
    .executeTakeFirstOrThrow()
  await insertRows(tx, {
    table: 'digest_receipt',
    columns: ['receipt_id', 'mail_id'],
    rows: receiptIds.map((receiptId) => [receiptId, id]),
  })
}

/** The receipts that a summary told of, in the order of their ids. */
export async function receiptsOfDigest(db: Db, mailId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('digest_receipt')
    .select('receipt_id')
    .where('mail_id', '=', mailId)
    .orderBy('receipt_id')
    .execute()
  return rows.map(({ receipt_id }) => receipt_id)
}

/** What a mail says of a receipt. */
export interface AnnouncedReceipt {
  id: number
  accessKey: string
  kind: DocumentKind
  version: string
  status: ReceiptStatus
  number: string
  issuerName: string
  issuedOn: Day
  concept: string
  totalCents: Cents | null
  authorizationNumber: string | null
  authorizedAt: string | null
}

/** The named receipts, newest first. */
export async function announcedReceipts(
  db: Db,
  receiptIds: readonly number[],
): Promise<AnnouncedReceipt[]> {
  const rows = await db
    .selectFrom('receipt')
    .selectAll()
    .where('id', 'in', anyOf(db, receiptIds))
    .orderBy('issued_on', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    version: row.version,
    status: row.status,
    number: row.number,
    issuerName: row.issuer_name,
    issuedOn: row.issued_on as Day,
    concept: row.concept,
    totalCents: row.total_cents === null ? null : cents(row.total_cents),
    authorizationNumber: row.authorization_number,
    authorizedAt: row.authorized_at,
  }))
}

interface MailedLogin {
  name: string
  address: string
  partyId: number | null
  /** No mail reaches that address. */
  dead: boolean
}

/** Where a login is mailed to, or null when it has registered no address. */
export async function addressOfLogin(db: Db, loginId: number): Promise<MailedLogin | null> {
  return mailedLogin(db, 'id', loginId)
}

/** The same for the login of a customer. */
export async function loginOfParty(db: Db, partyId: number): Promise<MailedLogin | null> {
  return mailedLogin(db, 'party_id', partyId)
}

async function mailedLogin(
  db: Db,
  column: 'id' | 'party_id',
  id: number,
): Promise<MailedLogin | null> {
  const row = await db
    .selectFrom('login')
    .select(['display_name', 'email', 'party_id', isDead('login.email').as('dead')])
    .where(column, '=', id)
    .executeTakeFirst()
  if (!row?.email) return null
  const { display_name: name, email: address, party_id: partyId, dead } = row
  return { name, address, partyId, dead: Boolean(dead) }
}
