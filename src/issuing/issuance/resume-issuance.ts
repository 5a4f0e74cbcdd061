import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import { stopNote } from '../credit-notes/stop-notes.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { sendableFrom } from '../states/decide.ts'
import { STEPS } from '../states/transitions.ts'
import { addEvents } from './event-store.ts'
import { findIssuance } from './issuance-store.ts'

interface ResumeNeeds {
  readonly keys: Pick<Keys, 'audit'>
  readonly now: () => Date
}

/** Goes on with a document whose tries were used up, for somebody of the bank who has looked at it. */
export async function resumeIssuance(
  { db, ...needs }: ResumeNeeds & { readonly db: Db },
  actor: Staff,
  id: number,
): Promise<IssuingRefusal | 'signed-out' | null> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'issuances.correct'))) return 'signed-out'
    const who = { actor: `login:${actor.loginId}`, name: readableName(actor.displayName) }
    return resumeIn(tx, needs, who, id)
  })
}

/**
 * The same within a transaction, by whoever the chain is to name. It is sent, or asked for, from where
 * it stands, with as many tries as at the beginning; a credit note whose invoice is annulled is not
 * sent, and stops.
 *
 * @returns why not; null when it goes on
 */
export async function resumeIn(
  tx: Tx,
  { keys, now: clock }: ResumeNeeds,
  who: { readonly actor: string; readonly name: string },
  id: number,
): Promise<IssuingRefusal | null> {
  const issuance = await findIssuance(tx, id)
  if (!issuance?.isSpent || issuance.isClosed) return refuseIssuing('not-spent')
  const now = clock()
  const invoice = issuance.state === 'ready' ? await stopNote(tx, issuance, now) : null
  if (invoice !== null) return refuseIssuing('gives-of-annulled', { invoice })
  const step = STEPS[issuance.state]
  const from = step === 'send' ? sendableFrom(issuance, now) : now
  await tx
    .updateTable('issuance')
    .set({ spent_at: null, sends: 0, questions: 0, tries: 0 })
    .set({ next_step: step, next_at: from.toISOString(), changed_at: now.toISOString() })
    .where('id', '=', id)
    .execute()
  const text = `${who.name}. Pidió que se siga intentando, sin cambios.`
  await addEvents(tx, [{ issuanceId: id, what: 'resumed', code: null, text }], now)
  const entry = { actor: who.actor, action: 'issuance.resumed', subject: `issuance:${id}` } as const
  await record(tx, keys.audit, entry, now)
  return null
}
