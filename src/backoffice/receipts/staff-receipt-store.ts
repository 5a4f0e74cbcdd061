import type { Db } from '../../db/open.ts'
import type { MailStatus } from '../../db/tables/outbox.ts'
import type { LotNumber } from '../../intake/lots/lot.ts'
import type { ReceiptStatus } from '../../receipts/receipt.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { Cents } from '../../values/money.ts'

/** A receipt as the bank's people see it, whosever it is. */
export interface StaffReceipt {
  readonly id: number
  readonly accessKey: string
  readonly kind: DocumentKind
  readonly status: ReceiptStatus
  readonly number: string
  readonly issuedOn: Day
  readonly issuerRuc: string
  readonly issuerName: string
  readonly recipientName: string
  readonly recipientNumber: string
  readonly totalCents: Cents | null
  readonly concept: string
  readonly authorizationNumber: string | null
  readonly authorizedAt: string | null
  readonly warnings: readonly { field: string; message: string }[]
  readonly fileName: string
  readonly loadedAt: Date
}

const COLUMNS = [
  'id',
  'access_key',
  'kind',
  'status',
  'number',
  'issued_on',
  'issuer_ruc',
  'issuer_name',
  'recipient_name',
  'recipient_number',
  'total_cents',
  'concept',
  'authorization_number',
  'authorized_at',
  'warnings',
  'file_name',
  'loaded_at',
] as const

function select(db: Db) {
  return db.selectFrom('receipt').select(COLUMNS)
}

export async function receiptByKey(db: Db, accessKey: string): Promise<StaffReceipt | null> {
  const row = await select(db).where('access_key', '=', accessKey).executeTakeFirst()
  return row ? toStaffReceipt(row) : null
}

/** Those of a number, whichever issuer and kind, the newest first. */
export async function receiptsByNumber(
  db: Db,
  number: string,
  limit: number,
): Promise<StaffReceipt[]> {
  const rows = await select(db)
    .where('number', '=', number)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toStaffReceipt)
}

/** What was loaded last, before a receipt. */
export async function newestReceipts(
  db: Db,
  page: { beforeId: number | null; limit: number },
): Promise<StaffReceipt[]> {
  const rows = await select(db)
    .where('id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(toStaffReceipt)
}

/** Whose a receipt is. */
export async function ownersOf(db: Db, receiptId: number): Promise<{ id: number; name: string }[]> {
  return db
    .selectFrom('receipt_owner')
    .innerJoin('party', 'party.id', 'receipt_owner.party_id')
    .select(['party.id', 'party.name'])
    .where('receipt_owner.receipt_id', '=', receiptId)
    .orderBy('party.id')
    .execute()
}

/** The lot that brought a receipt; null of one that is older than lots. */
export async function lotOfReceipt(db: Db, receiptId: number): Promise<LotNumber | null> {
  const row = await db
    .selectFrom('lot_item')
    .innerJoin('lot', 'lot.id', 'lot_item.lot_id')
    .select(['lot.month', 'lot.sequence'])
    .where('lot_item.receipt_id', '=', receiptId)
    .executeTakeFirst()
  return row ?? null
}

/** Something that happened to a receipt. */
interface MailOfReceipt {
  readonly address: string
  readonly status: MailStatus
  readonly attempts: number
  readonly answer: string | null
  readonly createdAt: Date
  readonly sentAt: Date | null
}

export async function mailsOfReceipt(
  db: Db,
  receiptId: number,
  limit: number,
): Promise<MailOfReceipt[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['to_address', 'status', 'attempts', 'answer', 'created_at', 'sent_at'])
    .where('receipt_id', '=', receiptId)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    address: row.to_address,
    status: row.status,
    attempts: row.attempts,
    answer: row.answer,
    createdAt: new Date(row.created_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
  }))
}

/** Who looked at or took a receipt, the first time each and how often. */
export async function readersOfReceipt(db: Db, receiptId: number, limit: number) {
  const rows = await db
    .selectFrom('receipt_reading')
    .innerJoin('login', 'login.id', 'receipt_reading.login_id')
    .where('receipt_reading.receipt_id', '=', receiptId)
    .groupBy(['login.id', 'login.display_name', 'receipt_reading.action'])
    .select(({ fn }) => [
      'login.display_name as name',
      'receipt_reading.action',
      fn.countAll<number>().as('count'),
      fn.min('receipt_reading.at').as('first_at'),
    ])
    .orderBy('first_at')
    .limit(limit)
    .execute()
  return rows.map(({ name, action, count, first_at }) => ({
    name,
    action,
    count: Number(count),
    firstAt: new Date(first_at),
  }))
}

/** A file that came with the access key of another one. */
export interface PutAside {
  readonly id: number
  readonly accessKey: string
  readonly fileName: string
  readonly loadedAt: Date
}

const ASIDE = ['id', 'access_key', 'file_name', 'loaded_at'] as const

export async function putAsideOf(db: Db, accessKey: string): Promise<PutAside[]> {
  const rows = await db
    .selectFrom('receipt_conflict')
    .select(ASIDE)
    .where('access_key', '=', accessKey)
    .orderBy('id')
    .execute()
  return rows.map(toPutAside)
}

/** Every file that was put aside, the newest first. */
export async function putAsideBefore(
  db: Db,
  page: { beforeId: number | null; limit: number },
): Promise<PutAside[]> {
  const rows = await db
    .selectFrom('receipt_conflict')
    .select(ASIDE)
    .where('id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(toPutAside)
}

type Row = {
  id: number
  access_key: string
  kind: string
  status: ReceiptStatus
  number: string
  issued_on: string
  issuer_ruc: string
  issuer_name: string
  recipient_name: string
  recipient_number: string
  total_cents: number | null
  concept: string
  authorization_number: string | null
  authorized_at: string | null
  warnings: string
  file_name: string
  loaded_at: string
}

function toStaffReceipt(row: Row): StaffReceipt {
  return {
    id: row.id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    status: row.status,
    number: row.number,
    issuedOn: row.issued_on as Day,
    issuerRuc: row.issuer_ruc,
    issuerName: row.issuer_name,
    recipientName: row.recipient_name,
    recipientNumber: row.recipient_number,
    totalCents: row.total_cents as Cents | null,
    concept: row.concept,
    authorizationNumber: row.authorization_number,
    authorizedAt: row.authorized_at,
    warnings: JSON.parse(row.warnings),
    fileName: row.file_name,
    loadedAt: new Date(row.loaded_at),
  }
}

function toPutAside(row: { id: number; access_key: string; file_name: string; loaded_at: string }) {
  return {
    id: row.id,
    accessKey: row.access_key,
    fileName: row.file_name,
    loadedAt: new Date(row.loaded_at),
  }
}
