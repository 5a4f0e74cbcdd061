import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { issuerNamed } from '../../issuing/issuer/issuer.ts'
import { type Complaint, complain } from './fault.ts'
import { issuer } from './templates/parts.ts'

/** The column, and the field of programs, that names who issues. */
export const ISSUER_COLUMN = issuer.name
const TOLD_MAX = 5

/**
 * What is wrong with how a receipt names its issuer; null when nothing is, also for as long as nobody
 * is registered who issues: then it waits.
 */
export function issuerComplaint(
  issuers: readonly Issuer[],
  ruc: string | undefined,
): Complaint | null {
  const named = issuerNamed(issuers, ruc)
  if (named !== 'several' && named !== 'unknown') return null
  const told = issuers.slice(0, TOLD_MAX).map((one) => `${one.ruc} (${one.name})`)
  if (issuers.length > TOLD_MAX) told.push(`el de otro de los ${issuers.length} registrados`)
  const expected =
    told.length < 2 ? told.join('') : `${told.slice(0, -1).join(', ')} o ${told.at(-1)}`
  return complain(named === 'several' ? 'issuer-missing' : 'issuer-unknown', { expected })
}
