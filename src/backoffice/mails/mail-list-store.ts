import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { BounceKind } from '../../db/tables/deliveries.ts'
import type { MailStatus } from '../../db/tables/outbox.ts'

/** A mail, to whom it is, what it tells of and what became of it. */
export interface ListedMail {
  readonly id: number
  readonly reason: string
  readonly partyId: number | null
  readonly name: string
  readonly address: string
  readonly receiptNumber: string | null
  readonly status: MailStatus
  readonly attempts: number
  readonly createdAt: Date
  readonly nextAttemptAt: Date
  readonly sentAt: Date | null
  /** The last words of a mail server. */
  readonly answer: string | null
  readonly bounce: BounceKind | null
  /** Whether it was sent again. */
  readonly again: boolean
  /** Where the next page begins. */
  readonly place: string
}

export const MAIL_LISTS = ['recientes', 'cola', 'fallidos', 'rebotados'] as const
export type MailList = (typeof MAIL_LISTS)[number]

interface Page {
  /** A `place`; the first page without. */
  after: string | null
  limit: number
}

/** Mails of one kind: those that wait, the oldest first; the others, the newest first. */
export async function listMails(db: Db, list: MailList, page: Page): Promise<ListedMail[]> {
  const rows = await chosen(db, list, page)
    .leftJoin('party', 'party.id', 'mail.party_id')
    .leftJoin('receipt', 'receipt.id', 'mail.receipt_id')
    .selectAll('mail')
    .select(['party.name', 'receipt.number', 'bounce.kind', 'bounce.diagnostic'])
    .select('bounce.id as bounce_id')
    .select(isSentAgain.as('again'))
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    reason: row.reason,
    partyId: row.party_id,
    name: row.name ?? row.to_name,
    address: row.to_address,
    receiptNumber: row.number,
    status: row.status,
    attempts: row.attempts,
    createdAt: new Date(row.created_at),
    nextAttemptAt: new Date(row.next_attempt_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    answer: row.diagnostic ?? row.answer,
    bounce: row.kind,
    again: Boolean(row.again),
    place: PLACES[list](row),
  }))
}

const isSentAgain = sql<boolean>`exists (
  select 1 from mail as copy where copy.subject_key = 'resend:' || mail.id)`

const PLACES: Record<MailList, (row: Placed) => string> = {
  recientes: ({ id }) => `${id}`,
  cola: ({ created_at, id }) => `${created_at}_${id}`,
  fallidos: ({ id }) => `${id}`,
  rebotados: ({ bounce_id }) => `${bounce_id}`,
}

interface Placed {
  id: number
  created_at: string
  bounce_id: number | null
}

// A bound parameter would keep SQLite from seeing that the partial index fits.
const isPending = sql<boolean>`mail.status = 'pending'`
const isFailed = sql<boolean>`mail.status = 'failed'`
const isBack = sql<boolean>`bounce.kind <> 'late'`

function chosen(db: Db, list: MailList, { after }: Page) {
  const before = Number(after ?? Number.MAX_SAFE_INTEGER)
  switch (list) {
    case 'recientes':
      return withBounce(db).where('mail.id', '<', before).orderBy('mail.id', 'desc')
    case 'fallidos':
      return withBounce(db).where(isFailed).where('mail.id', '<', before).orderBy('mail.id', 'desc')
    case 'rebotados':
      return db
        .selectFrom('mail')
        .innerJoin('bounce', 'bounce.mail_id', 'mail.id')
        .where(isBack)
        .where('bounce.id', '<', before)
        .orderBy('bounce.id', 'desc') as unknown as WithBounce
    case 'cola': {
      const [at = '', id = '0'] = after?.split('_') ?? []
      return withBounce(db)
        .where(isPending)
        .where(sql<boolean>`(mail.created_at, mail.id) > (${at}, ${Number(id)})`)
        .orderBy('mail.created_at')
        .orderBy('mail.id')
    }
  }
}

type WithBounce = ReturnType<typeof withBounce>

/** Each mail with the last report of it. */
function withBounce(db: Db) {
  return db.selectFrom('mail').leftJoin('bounce', (join) =>
    join.on('bounce.id', '=', (eb) =>
      eb
        .selectFrom('bounce as report')
        .select(({ fn }) => fn.max('report.id').as('id'))
        .whereRef('report.mail_id', '=', 'mail.id'),
    ),
  )
}

/** An address to which nothing is sent. */
export interface DeadAddress {
  readonly id: number
  readonly address: string
  readonly partyId: number | null
  /** Null when it is no customer's. */
  readonly name: string | null
  readonly answer: string
  readonly diedAt: Date
}

/** The newest first, by keyset. */
export async function deadAddresses(
  db: Db,
  page: { beforeId: number | null; limit: number },
): Promise<DeadAddress[]> {
  const rows = await db
    .selectFrom('dead_address')
    .leftJoin('party', 'party.id', 'dead_address.party_id')
    .selectAll('dead_address')
    .select('party.name')
    .where('dead_address.id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('dead_address.id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    partyId: row.party_id,
    name: row.name,
    answer: row.answer,
    diedAt: new Date(row.died_at),
  }))
}
