import { sql } from 'kysely'
import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { BounceKind } from '../../../db/tables/deliveries.ts'
import type { MailStatus } from '../../../db/tables/outbox.ts'
import type { MailState, ReceiptFacts } from './stage.ts'

/** After so long nobody is still trying. */
const TRYING_MS = 5 * 24 * 3_600_000

/** The last mail about a receipt to one of its owners, of its own or a summary of the day. */
export interface LastMail {
  readonly mailId: number
  readonly receiptId: number
  readonly partyId: number | null
  readonly address: string
  readonly status: MailStatus
  /** The last words of a mail server, ours or theirs. */
  readonly answer: string | null
  /** What was reported of it since it left. */
  readonly bounce: BounceKind | null
}

/** The facts of some receipts, each part in one query. */
export async function factsOf(
  db: Db,
  receiptIds: readonly number[],
  now: Date,
): Promise<Map<number, ReceiptFacts>> {
  const receipts = await db
    .selectFrom('receipt')
    .select(['id', 'status'])
    .where('id', 'in', anyOf(db, receiptIds))
    .execute()
  const mails = Map.groupBy(await lastMails(db, receiptIds, now), ({ receiptId }) => receiptId)
  const waiting = await waitingForDigest(db, receiptIds)
  const read = await readByOwners(db, receiptIds)
  return new Map(
    receipts.map(({ id, status }) => [
      id,
      {
        authorized: status === 'authorized' || status === 'annulled',
        read: read.get(id) ?? null,
        waiting: waiting.has(id),
        mails: (mails.get(id) ?? []).map(stateOf),
      },
    ]),
  )
}

function stateOf({ status, bounce }: LastMail): MailState {
  if (status === 'failed' || bounce === 'gone' || bounce === 'refused') return 'bounced'
  return status === 'sent' && bounce === null ? 'delivered' : 'mailed'
}

/** The last mail about each receipt to each owner; `late` is forgotten once nobody tries any more. */
export async function lastMails(
  db: Db,
  receiptIds: readonly number[],
  now: Date,
): Promise<LastMail[]> {
  const since = new Date(now.getTime() - TRYING_MS).toISOString()
  const these = anyOf(db, receiptIds)
  const { rows } = await sql<LastMailRow>`
    select about.receipt_id, mail.id, mail.party_id, mail.to_address, mail.status, mail.answer,
      back.kind, back.diagnostic
    from (
      select id as mail_id, receipt_id from mail where receipt_id in ${these}
      union all
      select mail_id, receipt_id from digest_receipt where receipt_id in ${these}
    ) as about
    join mail on mail.id = about.mail_id
    left join bounce as back on back.id = (
      select max(id) from bounce
      where mail_id = about.mail_id and (kind <> 'late' or at > ${since})
    )
    order by mail.id`.execute(db)
  const last = new Map(rows.map((row) => [`${row.receipt_id} ${row.party_id}`, row]))
  return [...last.values()].map((row) => ({
    mailId: row.id,
    receiptId: row.receipt_id,
    partyId: row.party_id,
    address: row.to_address,
    status: row.status,
    answer: row.diagnostic ?? row.answer,
    bounce: row.kind,
  }))
}

interface LastMailRow {
  receipt_id: number
  id: number
  party_id: number | null
  to_address: string
  status: MailStatus
  answer: string | null
  kind: BounceKind | null
  diagnostic: string | null
}

async function waitingForDigest(db: Db, receiptIds: readonly number[]): Promise<Set<number>> {
  const rows = await db
    .selectFrom('digest_item')
    .select('receipt_id')
    .where('receipt_id', 'in', anyOf(db, receiptIds))
    .execute()
  return new Set(rows.map(({ receipt_id }) => receipt_id))
}

/** A table of receipts shows them, a file takes one away. */
async function readByOwners(
  db: Db,
  receiptIds: readonly number[],
): Promise<Map<number, 'opened' | 'downloaded'>> {
  const rows = await db
    .selectFrom('receipt_reading')
    .select(({ fn }) => [
      'receipt_id',
      fn.max(sql<number>`case when action in ('page', 'csv') then 0 else 1 end`).as('taken'),
    ])
    .where('receipt_id', 'in', anyOf(db, receiptIds))
    .where('view_id', 'is', null)
    .groupBy('receipt_id')
    .execute()
  return new Map(rows.map(({ receipt_id, taken }) => [receipt_id, taken ? 'downloaded' : 'opened']))
}
