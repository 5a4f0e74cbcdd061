import type { Db } from '../../../db/open.ts'
import { findPartyByNumber } from '../../../identity/parties/party-store.ts'
import type { Policy } from '../../../policy/policy.ts'
import { ownScope } from '../../../receipts/scope/scope.ts'
import { totalsOf } from '../../../receipts/search/owned-store.ts'
import { noFilter } from '../../../receipts/search/search-filter.ts'
import { formatCount } from '../../../values/count.ts'
import { canonicalTaxId, maskTaxId } from '../../../values/tax-id.ts'
import type { Customer } from '../customer-store.ts'
import { findCustomers } from '../customer-store.ts'

/** What a proposal to merge holds. */
export type Merging = {
  /** The party that goes. */
  other: number
  otherName: string
  /** What goes over with it, in words, as it was when it was proposed. */
  moving: string
}

type Preview = { ok: true; merging: Merging } | { ok: false; problem: string }

const NOT_FOUND = 'Ningún cliente tiene esa identificación.'
const ITSELF = 'Es el mismo cliente: no hay nada que unir.'
const BOTH_SIGN_IN =
  'Los dos ya tienen acceso propio. No podemos unirlos: habría dos contraseñas para una persona.'
/** One of the two is no customer of their own any more. */
export const GONE = 'Uno de los dos ya se unió a otro cliente. Búscalo y revisa cómo quedó.'

/** What would go over to a customer from the one who has that identification, or why nothing can. */
export async function previewMerge(
  db: Db,
  policy: Pick<Policy, 'login'>,
  to: Customer,
  typed: string,
  now: Date,
): Promise<Preview> {
  const canonical = canonicalTaxId(typed)
  const found = canonical && (await findPartyByNumber(db, canonical))
  if (!found) return { ok: false, problem: NOT_FOUND }
  const [other] = await findCustomers(db, policy.login, [found.id], now)
  const problem = mergeProblem(other ? [to, other] : [to], to.partyId, found.id)
  if (problem || !other) return { ok: false, problem: problem ?? NOT_FOUND }
  const { count, exact } = await totalsOf(db, ownScope(other.partyId), noFilter)
  const parts = [
    `${exact ? '' : 'más de '}${formatCount(count)} ${count === 1 ? 'comprobante' : 'comprobantes'}`,
    ...other.numbers.map(({ number }) => `la identificación ${maskTaxId(number)}`),
    ...(other.bankAddress ? ['el correo que tiene el banco'] : []),
    ...(other.login ? ['su acceso'] : []),
  ]
  const moving = parts.join(', ')
  return { ok: true, merging: { other: other.partyId, otherName: other.name, moving } }
}

/** Why these two cannot be one; null when they can. `both` are those of the two that are there. */
export function mergeProblem(both: readonly Customer[], to: number, from: number): string | null {
  if (to === from) return ITSELF
  if (both.length < 2 || both.some(({ mergedInto }) => mergedInto !== null)) return GONE
  return both.every(({ login }) => login !== null) ? BOTH_SIGN_IN : null
}
