import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { Annulment, Judged } from './annulment.ts'

export interface NewAnnulment {
  receiptId: number
  reason: string
  needsConsent: boolean
  lastDay: Day | null
  askedBy: number
}

/** Null when one is under way already. */
export async function addAnnulment(
  tx: Tx,
  { receiptId, reason, needsConsent, lastDay, askedBy }: NewAnnulment,
  now: Date,
): Promise<number | null> {
  const at = now.toISOString()
  const row = await tx
    .insertInto('annulment')
    .values({
      receipt_id: receiptId,
      reason,
      needs_consent: needsConsent ? 1 : 0,
      last_day: lastDay,
      asked_by: askedBy,
      asked_at: at,
      state: 'asked',
      answer: '',
      next_check_at: at,
    })
    .onConflict((conflict) =>
      conflict.column('receipt_id').where('ended_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** All of a receipt, the last one first. */
export async function annulmentsOf(db: Db, receiptId: number): Promise<Annulment[]> {
  const rows = await select(db)
    .where('annulment.receipt_id', '=', receiptId)
    .orderBy('annulment.id', 'desc')
    .execute()
  return rows.map(toAnnulment)
}

/** The newest before the one of that id; one more than `limit` tells of more. */
export async function newestAnnulments(
  db: Db,
  page: { beforeId: number | null; limit: number },
): Promise<Annulment[]> {
  const rows = await select(db)
    .where('annulment.id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('annulment.id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(toAnnulment)
}

/**
 * Takes those that are due, and nobody else does until `until`: whoever dies with them gives them
 * back so.
 */
export async function claimDue(
  tx: Tx,
  now: Date,
  until: Date,
  limit: number,
): Promise<Annulment[]> {
  const due = await tx
    .updateTable('annulment')
    .set({ next_check_at: until.toISOString() })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('annulment as one')
        .select('one.id')
        .where('one.ended_at', 'is', null)
        .where('one.next_check_at', '<=', now.toISOString())
        .orderBy('one.next_check_at')
        .limit(limit),
    )
    .where('next_check_at', '<=', now.toISOString())
    .returning('id')
    .execute()
  if (due.length === 0) return []
  const ids = due.map(({ id }) => id)
  const rows = await select(tx).where('annulment.id', 'in', anyOf(tx, ids)).execute()
  return rows.map(toAnnulment)
}

/** Writes what an answer made of it, unless it has ended meanwhile. */
export async function noteJudged(tx: Tx, id: number, judged: Judged, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('annulment')
    .set({
      state: judged.state,
      answer: judged.answer,
      checked_at: now.toISOString(),
      next_check_at: judged.nextCheckAt?.toISOString() ?? null,
      ended_at: judged.nextCheckAt === null ? now.toISOString() : null,
    })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

function select(db: Db | Tx) {
  return db
    .selectFrom('annulment')
    .innerJoin('receipt', 'receipt.id', 'annulment.receipt_id')
    .innerJoin('login', 'login.id', 'annulment.asked_by')
    .select([
      'annulment.id',
      'annulment.receipt_id',
      'annulment.reason',
      'annulment.needs_consent',
      'annulment.last_day',
      'annulment.asked_at',
      'annulment.state',
      'annulment.answer',
      'annulment.checked_at',
      'annulment.ended_at',
      'receipt.access_key',
      'receipt.kind',
      'receipt.number',
      'login.display_name',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>

function toAnnulment(row: Row): Annulment {
  return {
    id: row.id,
    receiptId: row.receipt_id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    number: row.number,
    reason: row.reason,
    needsConsent: row.needs_consent === 1,
    lastDay: row.last_day as Day | null,
    askedBy: row.display_name,
    askedAt: new Date(row.asked_at),
    state: row.state,
    answer: row.answer,
    checkedAt: row.checked_at === null ? null : new Date(row.checked_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
  }
}
