import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { insertNumberedRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import { isPostgres } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { Tx } from '../db/transaction.ts'
import type { Figure } from '../figures/figure.ts'
import { addFigures } from '../figures/figure-store.ts'
import { reportedMail } from './bounces/bounce-store.ts'
import { markDead } from './bounces/dead-address-store.ts'
import { isGone } from './bounces/judge-answer.ts'
import type { QueuedMail } from './mail.ts'
import { endedMails } from './mail-figures.ts'

const NEW_COLUMNS = [
  'subject_key',
  'reason',
  'party_id',
  'receipt_id',
  'to_address',
  'to_name',
  'payload',
  'urgent',
  'created_at',
  'next_attempt_at',
  'expires_at',
] as const

/** What a new row says; the rest has defaults. */
export type MailRow = Pick<Selectable<Schema['mail']>, (typeof NEW_COLUMNS)[number]>

/** Adds what is not there yet (by subject key); answers how many were new. */
export async function addMails(tx: Tx, rows: readonly MailRow[]): Promise<number> {
  const ids = await insertNumberedRows(tx, {
    table: 'mail',
    columns: NEW_COLUMNS,
    rows: rows.map((row) => NEW_COLUMNS.map((column) => row[column])),
    skipWhenTaken: 'subject_key',
  })
  return ids.filter((id) => id !== null).length
}

/** A mail that a worker holds until a moment; only then may somebody else take it. */
export interface ClaimedMail extends QueuedMail {
  payload: string
  claimedUntil: Date
}

// A bound parameter would keep SQLite from seeing that the partial index fits.
const isPending = sql<boolean>`status = 'pending'`
const isSending = sql<boolean>`status = 'sending'`

/**
 * Takes up to `limit` mails that are due, each for one owner only: SQLite has one writer, and on
 * PostgreSQL rows that another worker is taking at this moment are passed over.
 */
export async function claimMails(
  tx: Tx,
  claim: { urgent: boolean; limit: number; owner: string; until: Date },
  now: Date,
): Promise<ClaimedMail[]> {
  const lock = isPostgres(tx) ? sql`for update skip locked` : sql``
  const { rows } = await sql<Selectable<Schema['mail']>>`
    with due as materialized (
      select id from mail
      where ${isPending} and urgent = ${claim.urgent ? 1 : 0}
        and next_attempt_at <= ${now.toISOString()}
      order by next_attempt_at, id limit ${claim.limit} ${lock}
    )
    update mail set status = 'sending', claimed_by = ${claim.owner},
      claimed_until = ${claim.until.toISOString()}
    where id in (select id from due)
    returning *`.execute(tx)
  return rows.map(toClaimedMail).sort((one, other) => one.id - other.id)
}

/** Whether there is anything to claim; a look does not take the writer, as claiming does. */
export async function isAnyDue(db: Db, urgent: boolean, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('mail')
    .select('id')
    .where(isPending)
    .where('urgent', '=', urgent ? 1 : 0)
    .where('next_attempt_at', '<=', now.toISOString())
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Gives back what workers held longer than they said: they are gone. */
export async function recoverClaims(db: Db, now: Date): Promise<number> {
  const lapsed = await db
    .selectFrom('mail')
    .select('id')
    .where(isSending)
    .where('claimed_until', '<=', now.toISOString())
    .limit(1)
    .executeTakeFirst()
  if (!lapsed) return 0
  const result = await db
    .updateTable('mail')
    .set({ status: 'pending', claimed_by: null, claimed_until: null })
    .where(isSending)
    .where('claimed_until', '<=', now.toISOString())
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** Gives up mails that have waited since before a moment, up to `limit`; answers how many. */
export async function giveUpWaiting(
  tx: Tx,
  before: Date,
  answer: string,
  limit: number,
  now: Date,
): Promise<number> {
  const waiting = tx
    .selectFrom('mail')
    .select('id')
    .where(isPending)
    .where('created_at', '<=', before.toISOString())
    .limit(limit)
  if (!(await waiting.limit(1).executeTakeFirst())) return 0
  const { numUpdatedRows } = await tx
    .updateTable('mail')
    .set({ status: 'failed', answer, payload: '' })
    .where('id', 'in', isPostgres(tx) ? waiting.forUpdate().skipLocked() : waiting)
    .executeTakeFirst()
  await addFigures(tx, [endedMails('failed', now, Number(numUpdatedRows))])
  return Number(numUpdatedRows)
}

/**
 * How a claimed mail ended for now. Neither `deferred` (the server could not be used) nor `released`
 * (not tried at all) costs it a try.
 */
export type Settlement = { id: number } & (
  | { as: 'sent'; answer: string }
  | { as: 'failed'; answer: string }
  | { as: 'postponed'; answer: string; next: Date }
  | { as: 'deferred'; answer: string; next: Date }
  | { as: 'released' }
)

/**
 * Notes what became of claimed mails, in the caller's transaction; what another owner holds by now
 * is left alone. What the composer needed is wiped as soon as nothing will be composed again.
 */
export async function settleMails(
  tx: Tx,
  owner: string,
  settlements: readonly Settlement[],
  now: Date,
): Promise<void> {
  const ended: Figure[] = []
  for (const settlement of settlements) {
    const { as } = settlement
    const tries = as === 'released' || as === 'deferred' ? 0 : 1
    const { numUpdatedRows } = await tx
      .updateTable('mail')
      .set({ ...columnsOf(settlement, now), claimed_by: null, claimed_until: null })
      .set('attempts', (eb) => eb('attempts', '+', tries))
      .where('id', '=', settlement.id)
      .where('claimed_by', '=', owner)
      .where(isSending)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) continue
    if (settlement.as === 'failed') await noteGone(tx, settlement, now)
    if (as === 'sent' || as === 'failed') ended.push(endedMails(as, now, 1))
  }
  await addFigures(tx, ended)
}

/** A server may say at once that there is no such address. */
async function noteGone(
  tx: Tx,
  { id, answer }: { id: number; answer: string },
  now: Date,
): Promise<void> {
  if (!isGone({ code: null, text: answer })) return
  const mail = await reportedMail(tx, id)
  if (mail) await markDead(tx, { ...mail, answer }, now)
}

function columnsOf(settlement: Settlement, now: Date) {
  switch (settlement.as) {
    case 'sent':
      return {
        status: 'sent' as const,
        sent_at: now.toISOString(),
        answer: settlement.answer,
        payload: '',
      }
    case 'failed':
      return { status: 'failed' as const, answer: settlement.answer, payload: '' }
    case 'postponed':
    case 'deferred':
      return {
        status: 'pending' as const,
        answer: settlement.answer,
        next_attempt_at: settlement.next.toISOString(),
      }
    case 'released':
      return { status: 'pending' as const }
  }
}

function toClaimedMail(row: Selectable<Schema['mail']>): ClaimedMail {
  return {
    ...toQueuedMail(row),
    payload: row.payload,
    claimedUntil: new Date(row.claimed_until ?? 0),
  }
}

export function toQueuedMail(row: Selectable<Schema['mail']>): QueuedMail {
  return {
    id: row.id,
    reason: row.reason,
    subjectKey: row.subject_key,
    partyId: row.party_id,
    receiptId: row.receipt_id,
    to: { name: row.to_name, address: row.to_address },
    urgent: row.urgent === 1,
    status: row.status,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  }
}
