import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { beginIssuances } from '../../issuing/issuance/begin-issuances.ts'
import type { Issuance } from '../../issuing/issuance/issuance.ts'
import { findIssuance } from '../../issuing/issuance/issuance-store.ts'
import type { Succession } from '../../issuing/issuance/reissue-store.ts'
import { successionOf } from '../../issuing/issuance/reissue-store.ts'
import { listIssuers } from '../../issuing/issuer/issuer-store.ts'
import type { IssuingRefusal } from '../../issuing/messages.ts'
import { issuerRucIn } from '../../sri/access-key.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import { ISSUER_COLUMN, issuerComplaint } from '../rows/issuer-complaint.ts'
import type { Emission } from './emission-schema.ts'
import { emissionSource, isTakenByLot } from './emission-store.ts'
import type { EmissionFault } from './read-emission.ts'
import { readEmission } from './read-emission.ts'

interface Needs {
  readonly db: Db
  readonly keys: Pick<Keys, 'audit'>
  readonly random: (length: number) => Buffer
}

/** A document that a program asked for, as it stands now. */
export interface StandingEmission {
  readonly issuance: Issuance
  /** The keys of those whose place it took, from the first. */
  readonly formerKeys: readonly string[]
}

export type BegunEmission =
  /** `isNew` is false when the same was asked before. */
  | ({ readonly ok: true; readonly isNew: boolean } & StandingEmission)
  | { readonly ok: false; readonly refusal: 'faults'; readonly faults: readonly EmissionFault[] }
  /** Another receipt of this kind has that reference. */
  | { readonly ok: false; readonly refusal: 'reference-taken' }
  /** Nobody can issue it as things are, or it gives back what nobody can; the sentence says why. */
  | {
      readonly ok: false
      readonly refusal: 'not-issuable' | 'credit-held'
      readonly sentence: string
    }

/**
 * Gives the receipt that a program asks for its number and its key. The program's own reference is
 * what makes asking again harmless: the same receipt has the same answer, another one is refused.
 */
export async function beginEmission(
  { db, keys, random }: Needs,
  apiKeyId: number,
  emission: Emission,
  now: Date,
): Promise<BegunEmission> {
  const read = readEmission(emission, { today: dayOf(now) })
  if (!read.ok) return { ok: false, refusal: 'faults', faults: read.faults }
  const { kind, reference, draft } = read
  return transaction(db, async (tx): Promise<BegunEmission> => {
    // A lot that is published at this moment must not find the reference free too.
    await lockFor(tx, 'numbering')
    if (await isTakenByLot(tx, kind, reference)) return { ok: false, refusal: 'reference-taken' }
    const source = emissionSource(kind, reference)
    const request = { source, draft, isFee: draft.isFee ?? false, lot: null }
    const [begun] = await beginIssuances(tx, [request], { random }, now)
    if (!begun) throw new Error('A request without an answer')
    if (!begun.ok) {
      const fault = await issuerFault(tx, draft)
      if (fault) return { ok: false, refusal: 'faults', faults: [fault] }
      const { code, message: sentence } = begun.refusal
      const refusal = HELD.includes(code) ? 'credit-held' : 'not-issuable'
      return { ok: false, refusal, sentence }
    }
    const issuance = await findIssuance(tx, begun.issuanceId)
    if (!issuance) throw new Error(`No issuance ${begun.issuanceId}`)
    // What staff corrected since is still what was asked for.
    if (issuance.edition === 1 && !isSame(issuance, draft))
      return { ok: false, refusal: 'reference-taken' }
    const { isNew } = begun
    if (isNew) {
      const subject = `issuance:${begun.issuanceId}`
      const entry = { actor: `api-key:${apiKeyId}`, action: 'issuance.begun', subject } as const
      await record(tx, keys.audit, entry, now)
    }
    // Its number may have been lost: then another document stands for it.
    const succession = isNew ? null : await successionOf(tx, begun.issuanceId)
    const standing = succession && (await standingEmission(tx, succession))
    return { ok: true, ...(standing ?? { issuance, formerKeys: [] }), isNew }
  })
}

/** Whether a draft says what was asked for; to name the issuer that it has says nothing new. */
function isSame({ draft: before, accessKey }: Issuance, draft: ReceiptDraft): boolean {
  const own = issuerRucIn(accessKey)
  const [asked, again] = [before, draft].map(({ issuerRuc = own, ...rest }) =>
    JSON.stringify({ ...rest, issuerRuc }),
  )
  return asked === again
}

/** What is wrong with how a program names the issuer; null when nothing is. */
async function issuerFault(tx: Tx, { issuerRuc }: ReceiptDraft): Promise<EmissionFault | null> {
  const complaint = issuerComplaint(await listIssuers(tx), issuerRuc)
  if (complaint === null) return null
  const { code: codigo, message: mensaje } = complaint
  return { linea: null, campo: ISSUER_COLUMN, valor: issuerRuc ?? '', codigo, mensaje }
}

/** Why a credit note gives back what nobody can. */
const HELD: readonly IssuingRefusal['code'][] = [
  'gives-too-much',
  'gives-to-nobody',
  'gives-of-annulled',
]

/** What stands now for documents that took each other's place. */
export async function standingEmission(
  db: Db,
  { issuanceId, formerKeys }: Succession,
): Promise<StandingEmission | null> {
  const issuance = await findIssuance(db, issuanceId)
  return issuance && { issuance, formerKeys }
}
