import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { beginIssuances } from './begin-issuances.ts'
import type { LetGo } from './close-issuance.ts'
import { closingReason, endIssuance } from './close-issuance.ts'
import { addEvents } from './event-store.ts'
import type { Issuance } from './issuance.ts'
import { findIssuance } from './issuance-store.ts'
import { reissueSource } from './reissue-store.ts'

interface Needs {
  readonly db: Db
  readonly keys: Pick<Keys, 'audit'>
  readonly now: () => Date
  readonly random: (length: number) => Buffer
  readonly letGo: LetGo
}

export type Decided =
  | {
      readonly ok: true
      /** The document with another number; null when nothing is issued any more. */
      readonly issuanceId: number | null
    }
  | { readonly ok: false; readonly refusal: IssuingRefusal | 'signed-out' }

/**
 * Decides about a document whose number the SRI has under another key: what it says is issued with
 * the next number, or was issued elsewhere and is not issued again. The lost number stays, closed,
 * with who decided and why.
 */
export async function decideLostNumber(
  needs: Needs,
  actor: Staff,
  id: number,
  { again, reason }: { readonly again: boolean; readonly reason: string },
): Promise<Decided> {
  const text = closingReason(reason)
  if (text === null) return { ok: false, refusal: refuseIssuing('no-reason') }
  return transaction(needs.db, async (tx): Promise<Decided> => {
    if (!(await holdRight(tx, actor, 'issuances.correct'))) {
      return { ok: false, refusal: 'signed-out' }
    }
    const lost = await findIssuance(tx, id)
    if (lost?.state !== 'number-lost' || lost.isClosed) {
      return { ok: false, refusal: refuseIssuing('not-lost') }
    }
    const said = `${readableName(actor.displayName)}: ${text}`
    const begun = again ? await reissue(tx, needs, lost, said) : null
    if (begun !== null && !('issuanceId' in begun)) return { ok: false, refusal: begun }
    if (begun === null && lost.lot !== null) await needs.letGo(tx, lost.lot)
    const ending =
      begun === null
        ? ({ what: 'closed', words: `No se emite otra vez. ${said}` } as const)
        : ({ what: 'reissued', words: `${begun.words} ${said}`, key: begun.accessKey } as const)
    await endIssuance(tx, needs.keys, { id, reason: text, actor, ...ending }, needs.now())
    return { ok: true, issuanceId: begun?.issuanceId ?? null }
  })
}

async function reissue(tx: Tx, needs: Needs, lost: Issuance, said: string) {
  const { id, draft, isFee, lot, issuerId, establishment, point, sequence } = lost
  const now = needs.now()
  const series = { establishment, issuePoint: point }
  const request = { source: reissueSource(id), draft: { ...draft, series }, isFee, lot }
  const { random } = needs
  const insteadOf = lost.accessKey
  const [begun] = await beginIssuances(tx, [request], { random, issuerId, insteadOf }, now)
  if (!begun) throw new Error('A request without an answer')
  if (!begun.ok) return begun.refusal
  const { issuanceId, accessKey } = begun
  const number = formatDocumentNumber(establishment, point, String(sequence))
  const text = `Ocupa el lugar del número ${number}, que el SRI tiene con otra clave. ${said}`
  await addEvents(tx, [{ issuanceId, what: 'replaces', code: null, text }], now)
  return { issuanceId, accessKey, words: `Se emite con otro número y la clave ${accessKey}.` }
}
