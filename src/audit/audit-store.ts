import crypto from 'node:crypto'
import { setImmediate as letOthersRun } from 'node:timers/promises'
import { lockFor } from '../db/lock.ts'
import type { Db } from '../db/open.ts'
import type { Schema } from '../db/schema.ts'
import type { Tx } from '../db/transaction.ts'
import { addFigures } from '../figures/figure-store.ts'
import { dayOf } from '../values/day.ts'
import type { AuditAction, AuditDetail } from './audit-action.ts'

/** What goes into the chain: who (`login:7`, `system`), did what, to what, with which circumstances. */
export interface AuditEntry {
  actor: string
  action: AuditAction
  subject: string
  detail?: AuditDetail
}

const CHAIN_START = '0'.repeat(64)

/**
 * Appends to the chain inside the transaction of the fact: each row carries an HMAC over itself and
 * the row before, with a key that is not in the database, so a change, a gap or another order shows.
 */
export async function record(tx: Tx, key: Buffer, entry: AuditEntry, now: Date): Promise<void> {
  await lockFor(tx, 'auditChain')
  const last = await tx
    .selectFrom('audit')
    .select('hash')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const row = {
    at: now.toISOString(),
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    detail: JSON.stringify(entry.detail ?? {}),
    previous_hash: last?.hash ?? CHAIN_START,
  }
  await tx
    .insertInto('audit')
    .values({ ...row, hash: chainHash(key, row) })
    .execute()
  const counted = { name: auditFigure(entry.action), day: dayOf(now), value: 1, cents: 0 }
  await addFigures(tx, [counted])
}

export const AUDITED = 'audit.'

/** The figure of how often the chain tells of a deed on a day. */
export function auditFigure(action: string): string {
  return `${AUDITED}${action}`
}

type ChainedRow = Omit<Schema['audit'], 'id' | 'hash'>

function chainHash(key: Buffer, row: ChainedRow): string {
  const fields = [row.previous_hash, row.at, row.actor, row.action, row.subject, row.detail]
  return crypto.createHmac('sha256', key).update(JSON.stringify(fields)).digest('hex')
}

/** The key is not the one with which the data were written. */
class OtherKey extends Error {
  readonly code = 'OTHER_KEY'
}

/**
 * Throws unless the chain's last entry was written with this key, or there is none. With another key
 * nothing may be written: the chain would be broken for ever, and what is sealed stays unreadable.
 */
export async function requireKeyOfChain(db: Db, key: Buffer): Promise<void> {
  const last = await db
    .selectFrom('audit')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last && chainHash(key, last) !== last.hash) throw new OtherKey()
}

/** `count` is how many rows, from the first, follow one from another. */
export type ChainState =
  | { ok: true; count: number; head: string }
  | { ok: false; count: number; brokenAt: number }

/** What is shown of each row on the way, with its place in the chain, the first being 1. */
type Look = (row: Pick<Schema['audit'], 'at' | 'action' | 'detail' | 'hash'>, place: number) => void

const PAGE = 500

/**
 * Walks the whole chain. `brokenAt` is the id of the first row that does not follow from the one
 * before. A cut tail cannot be seen from inside: compare with where `head` and `count` stood earlier.
 */
export async function verifyChain(
  db: Db,
  key: Buffer,
  look: Look = () => undefined,
): Promise<ChainState> {
  let previous = CHAIN_START
  let count = 0
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      if (row.previous_hash !== previous || chainHash(key, row) !== row.hash) {
        return { ok: false, count, brokenAt: row.id }
      }
      previous = row.hash
      count += 1
      after = row.id
      look(row, count)
    }
    if (rows.length < PAGE) return { ok: true, count, head: previous }
    // SQLite answers at once: without this, whoever else asks would wait for the whole walk.
    await letOthersRun()
  }
}
