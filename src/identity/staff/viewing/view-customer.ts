import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Keys } from '../../../values/keys.ts'
import type { Staff } from '../../person.ts'
import { holdRight } from '../right-store.ts'
import { addView, endViewOf } from './view-store.ts'

const VIEW_MINUTES = 15

type StartedView = { ok: true } | { ok: false; refusal: 'signed-out' }

/**
 * Lets the session of somebody of the bank see the portal as one customer does, for fifteen minutes
 * and read only. The customer can read that they did, and `reason`, which must not be empty.
 */
export async function startView(
  db: Db,
  { audit }: Pick<Keys, 'audit'>,
  actor: Staff,
  { partyId, reason }: { partyId: number; reason: string },
  now: Date,
): Promise<StartedView> {
  const { loginId, sessionId } = actor
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'customers.view'))) return { ok: false, refusal: 'signed-out' }
    await endViewOf(tx, sessionId, now)
    const endsAt = new Date(now.getTime() + VIEW_MINUTES * 60_000)
    const view = await addView(tx, { partyId, loginId, sessionId, reason, endsAt }, now)
    const entry = {
      actor: `login:${loginId}`,
      action: 'customer.view-started',
      subject: `party:${partyId}`,
      detail: { view },
    } as const
    await record(tx, audit, entry, now)
    return { ok: true }
  })
}

/** Ends it before its time; answers whose portal it was, or null when nothing was open. */
export async function endView(
  db: Db,
  { audit }: Pick<Keys, 'audit'>,
  { loginId, sessionId }: Staff,
  now: Date,
): Promise<number | null> {
  return transaction(db, async (tx) => {
    const ended = await endViewOf(tx, sessionId, now)
    if (!ended) return null
    const entry = {
      actor: `login:${loginId}`,
      action: 'customer.view-ended',
      subject: `party:${ended.partyId}`,
      detail: { view: ended.id },
    } as const
    await record(tx, audit, entry, now)
    return ended.partyId
  })
}
