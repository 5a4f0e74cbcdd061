import type { Tx } from '../../db/transaction.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { issuerById } from '../issuer/issuer-store.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { numericCode } from '../numbering/numeric-code.ts'
import type { Mender } from '../states/codes.ts'
import { menderOf } from '../states/mender.ts'
import { CORRECTABLE } from '../states/transitions.ts'
import { keyOf } from './begin-issuances.ts'
import { addEvents } from './event-store.ts'
import { type Issuance, isUnnamedFee } from './issuance.ts'
import { findIssuance, replaceDraft } from './issuance-store.ts'

/**
 * Sends a document on its way again, corrected, with the key and the number that it has. Only one
 * that was never sent, or that the SRI returned for its date, may get another day, and with it
 * another key.
 *
 * @param draft null leaves it as it is: what was wrong was mended elsewhere
 * @returns why not; null when it is on its way
 */
export async function correctIssuance(
  tx: Tx,
  issuanceId: number,
  draft: ReceiptDraft | null,
  needs: {
    readonly random: (length: number) => Buffer
    /** Who does so and what they changed, for the story of the document. */
    readonly note?: string
  },
  now: Date,
): Promise<IssuingRefusal | null> {
  const issuance = await findIssuance(tx, issuanceId)
  if (!issuance || !CORRECTABLE.includes(issuance.state) || issuance.isClosed) {
    return refuseIssuing('not-correctable')
  }
  const corrected = draft ?? issuance.draft
  const refusal = objection(issuance, corrected)
  if (refusal) return refusal
  let { accessKey } = issuance
  if (corrected.issuedOn !== issuance.issuedOn) {
    const { ruc } = await issuerById(tx, issuance.issuerId)
    const dated = { ...issuance, issuedOn: corrected.issuedOn }
    accessKey = keyOf(dated, ruc, numericCode(needs.random))
  }
  const isNewKey = accessKey !== issuance.accessKey
  await replaceDraft(tx, issuanceId, { draft: corrected, accessKey, isNewKey }, now)
  const what = isSame(issuance, corrected) ? 'repeated' : 'corrected'
  const before = isNewKey ? [`Antes tenía la clave ${issuance.accessKey}.`] : []
  const text = [...(needs.note ? [needs.note] : []), ...before].join(' ') || null
  await addEvents(tx, [{ issuanceId, what, code: null, text }], now)
  return null
}

function objection(issuance: Issuance, draft: ReceiptDraft): IssuingRefusal | null {
  if (draft.document.kind !== issuance.kind) return refuseIssuing('other-kind')
  const { series } = draft
  const moved =
    series !== null &&
    (series.establishment !== issuance.establishment || series.issuePoint !== issuance.point)
  if (moved) return refuseIssuing('other-series')
  if (isUnnamedFee(draft, issuance.isFee)) return refuseIssuing('fee-unnamed')
  const mender = menderOf(issuance)
  const redated = draft.issuedOn !== issuance.issuedOn
  if (redated && !isDateFree(issuance, mender)) return refuseIssuing('other-day')
  // What is wrong with the document itself is still wrong with the same one.
  return mender === 'document' && isSame(issuance, draft) ? refuseIssuing('unchanged') : null
}

/** Whether its date may change: the SRI cannot know its key: it was never sent, or was returned for its very date. */
export function isDateFree(
  { state, sentAt }: Pick<Issuance, 'state' | 'sentAt'>,
  mender: Mender,
): boolean {
  return sentAt === null || (state === 'returned' && mender === 'date')
}

function isSame(issuance: Issuance, draft: ReceiptDraft): boolean {
  return JSON.stringify(issuance.draft) === JSON.stringify(draft)
}
