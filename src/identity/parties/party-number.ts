import type { TaxIdKind } from '../../values/tax-id.ts'
import { equivalentTaxIds } from '../../values/tax-id.ts'

/** One identification of a party, as stored and as typed at sign-in. */
export interface PartyNumber {
  number: string
  kind: 'cedula' | 'ruc' | 'passport' | 'foreign'
}

const LOOKS_NATIONAL = /^(?:\d{10}|\d{13})$/

/**
 * Every identification that leads to the owner of a document: the printed one and its equivalents,
 * the cédula first. A passport or a foreign number that looks like a cédula or a RUC is marked with
 * its kind, because a neighbour's ten digits must never open the receipts of an Ecuadorian.
 *
 * @param canonical what `canonicalTaxId` answered for the printed number
 */
export function partyNumbers(kind: TaxIdKind, canonical: string): PartyNumber[] {
  if (kind === 'final-consumer') return []
  const abroad = kind === 'passport' || kind === 'foreign'
  if (abroad && LOOKS_NATIONAL.test(canonical)) {
    return [{ number: `${kind === 'passport' ? 'PAS' : 'EXT'}-${canonical}`, kind }]
  }
  return equivalentTaxIds(canonical).map((number) => ({ number, kind: kindOf(number, kind) }))
}

function kindOf(number: string, printed: TaxIdKind): PartyNumber['kind'] {
  if (LOOKS_NATIONAL.test(number)) return number.length === 10 ? 'cedula' : 'ruc'
  return printed === 'passport' ? 'passport' : 'foreign'
}
