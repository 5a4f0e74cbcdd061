import type { IssuanceState } from '../../db/tables/issuing.ts'
import { SIGNING_FAULT } from '../issuance/issuance.ts'
import { CODES, type Mender } from './codes.ts'

/** Where that is mended for which a document stands still. */
export function menderOf({
  answerCode,
  state,
}: {
  readonly answerCode: string | null
  readonly state: IssuanceState
}): Mender {
  if (state === 'faulty') return answerCode === SIGNING_FAULT ? 'certificate' : 'document'
  return CODES.get(answerCode ?? '')?.mender ?? 'document'
}
