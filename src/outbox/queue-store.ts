import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import type { MailStatus } from '../db/tables/outbox.ts'
import type { QueuedMail } from './mail.ts'
import { toQueuedMail } from './mail-store.ts'

/** What staff and /metrics see of the outbox. */
interface QueueState {
  pending: number
  sending: number
  failed: number
  /** How long the oldest mail that is due has been waiting; 0 when none is. */
  oldestDueSeconds: number
}

/** Counts what has not left; each count reads a partial index, never the mails long sent. */
export async function queueState(db: Db, now: Date): Promise<QueueState> {
  const { rows } = await sql<Omit<QueueState, 'oldestDueSeconds'> & { due: string | null }>`
    select
      (select count(*) from mail where status = 'pending') as pending,
      (select count(*) from mail where status = 'sending') as sending,
      (select count(*) from mail where status = 'failed') as failed,
      (select min(next_attempt_at) from mail where status = 'pending') as due`.execute(db)
  const row = rows[0]
  if (row === undefined) throw new Error('A count without a row')
  const waited = row.due === null ? 0 : (now.getTime() - Date.parse(row.due)) / 1000
  return {
    pending: row.pending,
    sending: row.sending,
    failed: row.failed,
    oldestDueSeconds: Math.max(0, Math.round(waited)),
  }
}

/** Mails in one state, newest first, by keyset: for staff and for tests. */
export async function mailsIn(
  db: Db,
  status: MailStatus,
  page: { beforeId?: number; limit: number },
): Promise<(QueuedMail & { payload: string; answer: string | null })[]> {
  const rows = await db
    .selectFrom('mail')
    .selectAll()
    .where(sql<boolean>`status = ${sql.lit(status)}`)
    .where('id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    ...toQueuedMail(row),
    payload: row.payload,
    answer: row.answer,
  }))
}

/** A mail about a receipt, as its reader may know of it. */
export interface ReceiptMail {
  readonly address: string
  readonly status: MailStatus
  readonly createdAt: string
  readonly sentAt: string | null
  /** When its server reported that it could not be delivered after all; null when none has. */
  readonly returnedAt: string | null
}

/** More copies than this were not asked for by one person. */
const COPIES_MAX = 10

/** The mails about a receipt that went, or are going, to this party; newest first. */
export async function mailsAbout(
  db: Db,
  partyId: number,
  receiptId: number,
): Promise<ReceiptMail[]> {
  const rows = await db
    .selectFrom('mail')
    .select(['to_address', 'status', 'created_at', 'sent_at'])
    .select((eb) =>
      eb
        .selectFrom('bounce')
        .select((bounce) => bounce.fn.min('bounce.at').as('at'))
        .whereRef('bounce.mail_id', '=', 'mail.id')
        .where('bounce.kind', '<>', 'late')
        .as('returned_at'),
    )
    .where('receipt_id', '=', receiptId)
    .where('party_id', '=', partyId)
    .orderBy('id', 'desc')
    .limit(COPIES_MAX)
    .execute()
  return rows.map((row) => ({
    address: row.to_address,
    status: row.status,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    returnedAt: row.returned_at,
  }))
}
