import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { CodePurpose } from './one-time-code.ts'
import { sameFingerprint } from './one-time-code.ts'

interface NewCode {
  sessionId: string
  loginId: number | null
  partyId: number | null
  purpose: CodePurpose
  hash: string
  attempts: number
  expiresAt: Date
}

/** The code a session last asked for. */
interface LastCode {
  attemptsLeft: number
  sentAt: Date
  expiresAt: Date
  live: boolean
}

export type CodeTry =
  | { ok: true }
  | { ok: false; refusal: 'wrong'; left: number }
  | { ok: false; refusal: 'expired'; expiredAt: Date }
  | { ok: false; refusal: 'exhausted' | 'none' }

/**
 * A new code ends the former one, and inherits its attempts: asking again must not win more tries.
 */
export async function addCode(tx: Tx, code: NewCode, now: Date): Promise<void> {
  const former = await lastCode(tx, code.sessionId, code.purpose)
  await tx
    .updateTable('one_time_code')
    .set({ ended_at: now.toISOString() })
    .where('session_id', '=', code.sessionId)
    .where('purpose', '=', code.purpose)
    .where('ended_at', 'is', null)
    .execute()
  await tx
    .insertInto('one_time_code')
    .values({
      session_id: code.sessionId,
      login_id: code.loginId,
      party_id: code.partyId,
      purpose: code.purpose,
      code_hash: code.hash,
      attempts_left: former ? former.attemptsLeft : code.attempts,
      sent_at: now.toISOString(),
      expires_at: code.expiresAt.toISOString(),
    })
    .execute()
}

export async function lastCode(
  db: Db,
  sessionId: string,
  purpose: CodePurpose,
): Promise<LastCode | null> {
  const row = await db
    .selectFrom('one_time_code')
    .select(['attempts_left', 'sent_at', 'expires_at', 'ended_at'])
    .where('session_id', '=', sessionId)
    .where('purpose', '=', purpose)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return {
    attemptsLeft: row.attempts_left,
    sentAt: new Date(row.sent_at),
    expiresAt: new Date(row.expires_at),
    live: row.ended_at === null,
  }
}

/**
 * Tries a code, once: the attempt is taken away before anything is compared, and a right code ends
 * itself in the transaction of what it permits. Return the refusal, do not throw it: the count of
 * attempts must be committed.
 */
export async function tryCode(
  tx: Tx,
  sessionId: string,
  purpose: CodePurpose,
  hash: string,
  now: Date,
): Promise<CodeTry> {
  const row = await tx
    .updateTable('one_time_code')
    .set((eb) => ({ attempts_left: eb('attempts_left', '-', 1) }))
    .where('session_id', '=', sessionId)
    .where('purpose', '=', purpose)
    .where('ended_at', 'is', null)
    .where('attempts_left', '>', 0)
    .where('expires_at', '>', now.toISOString())
    .returning(['id', 'code_hash', 'attempts_left'])
    .executeTakeFirst()
  if (!row) return whyNone(await lastCode(tx, sessionId, purpose), now)
  if (sameFingerprint(row.code_hash, hash)) {
    // The next code of the session inherits what is left, and a right one was no guess.
    await tx
      .updateTable('one_time_code')
      .set((eb) => ({ ended_at: now.toISOString(), attempts_left: eb('attempts_left', '+', 1) }))
      .where('id', '=', row.id)
      .execute()
    return { ok: true }
  }
  if (row.attempts_left === 0) return { ok: false, refusal: 'exhausted' }
  return { ok: false, refusal: 'wrong', left: row.attempts_left }
}

function whyNone(last: LastCode | null, now: Date): CodeTry {
  if (!last?.live) return { ok: false, refusal: 'none' }
  if (last.attemptsLeft === 0) return { ok: false, refusal: 'exhausted' }
  if (last.expiresAt <= now) return { ok: false, refusal: 'expired', expiredAt: last.expiresAt }
  return { ok: false, refusal: 'none' }
}
