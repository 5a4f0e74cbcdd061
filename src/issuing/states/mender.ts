import type { IssuanceState } from '../../db/tables/issuing.ts'
import { FILE_FAULT, SIGNING_FAULT } from '../issuance/issuance.ts'
import { CODES, type Mender } from './codes.ts'

const FAULT_MENDERS: Readonly<Record<string, Mender>> = {
  [SIGNING_FAULT]: 'certificate',
  [FILE_FAULT]: 'program',
}

/** Where that is mended for which a document stands still. */
export function menderOf({
  answerCode,
  state,
}: {
  readonly answerCode: string | null
  readonly state: IssuanceState
}): Mender {
  if (state === 'faulty') return FAULT_MENDERS[answerCode ?? ''] ?? 'document'
  return CODES.get(answerCode ?? '')?.mender ?? 'document'
}
