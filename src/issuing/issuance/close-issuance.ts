import crypto from 'node:crypto'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { CORRECTABLE } from '../states/transitions.ts'
import { addEvents } from './event-store.ts'
import type { LotPlace } from './issuance.ts'
import { closeIssuance, findIssuance } from './issuance-store.ts'

/** Told of the place in a lot of a document that is not issued any more, in the same transaction. */
export type LetGo = (tx: Tx, place: LotPlace) => Promise<void>

interface CloseNeeds {
  readonly db: Db
  readonly keys: Pick<Keys, 'audit'>
  readonly now: () => Date
  readonly letGo: LetGo
}

const REASON_LENGTH = { min: 10, max: 500 }

/** Why somebody closes a number, on one line; null when that does not explain it. */
export function closingReason(typed: string): string | null {
  const text = typed.replaceAll(/\s+/g, ' ').trim()
  return text.length < REASON_LENGTH.min || text.length > REASON_LENGTH.max ? null : text
}

/**
 * Closes a document that stands still and shall never be issued: neither corrected nor sent again. Its
 * number stays its own, unused, with who closed it and why.
 *
 * @returns why not; null when it is closed
 */
export async function closeForGood(
  { db, keys, now: clock, letGo }: CloseNeeds,
  actor: Staff,
  {
    id,
    edition,
    reason,
  }: { readonly id: number; readonly edition: number; readonly reason: string },
): Promise<IssuingRefusal | 'signed-out' | null> {
  const text = closingReason(reason)
  if (text === null) return refuseIssuing('no-reason')
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'issuances.correct'))) return 'signed-out'
    const issuance = await findIssuance(tx, id)
    if (!issuance || !CORRECTABLE.includes(issuance.state) || issuance.isClosed) {
      return refuseIssuing('not-correctable')
    }
    if (issuance.edition !== edition) return refuseIssuing('changed')
    const words = `No se emite. ${readableName(actor.displayName)}: ${text}`
    const now = clock()
    if (issuance.lot !== null) await letGo(tx, issuance.lot)
    await endIssuance(tx, keys, { id, what: 'closed', words, reason: text, actor }, now)
    return null
  })
}

interface Ending {
  readonly id: number
  readonly what: 'closed' | 'reissued'
  /** For the story, and for who asks what became of the number. */
  readonly words: string
  readonly reason: string
  readonly actor: Staff
  /** Of the document that has taken its place. */
  readonly key?: string
}

/** Closes a number, with its last words and its entry in the chain: that has of the reason what proves it. */
export async function endIssuance(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  { id, what, words, reason, actor, key }: Ending,
  now: Date,
): Promise<void> {
  await closeIssuance(tx, id, now)
  await addEvents(tx, [{ issuanceId: id, what, code: null, text: words }], now)
  const sha256 = crypto.createHash('sha256').update(reason).digest('hex')
  const entry = {
    actor: `login:${actor.loginId}`,
    action: `issuance.${what}`,
    subject: `issuance:${id}`,
    detail: { sha256, ...(key === undefined ? {} : { key }) },
  } as const
  await record(tx, keys.audit, entry, now)
}
