export type TaxIdKind = 'cedula' | 'ruc' | 'passport' | 'foreign' | 'final-consumer'

/** What the SRI prints for a buyer nobody asked the name of («consumidor final»). */
export const FINAL_CONSUMER = '9999999999999'

const OTHER_ID_MAX = 20
const PUBLIC_BODY_WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2]
const COMPANY_WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2]

/**
 * The one form under which an identification is stored and compared: digits for cédula and RUC
 * (blanks, dots and hyphens dropped), upper case without blanks for passports and the like.
 *
 * @returns null for an empty text, one over 20 characters, or one with signs that no
 *   identification has: another alphabet's digits and invisible signs would make doubles.
 */
export function canonicalTaxId(text: string): string | null {
  const bare = text.trim()
  const digits = bare.replaceAll(/[\s.-]/g, '')
  if (/^(?:\d{10}|\d{13})$/.test(digits)) return digits
  const other = bare.replaceAll(/\s/g, '').toUpperCase()
  if (other.length === 0 || other.length > OTHER_ID_MAX) return null
  return /^[0-9A-ZÑ][0-9A-ZÑ./-]*$/.test(other) ? other : null
}

/** Ten digits of a known province whose last one holds; the third digit says nothing. */
export function isCedula(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false
  const province = Number(text.slice(0, 2))
  if ((province < 1 || province > 24) && province !== 30) return false
  let sum = 0
  for (let at = 0; at < 9; at += 1) {
    const product = digitAt(text, at) * (at % 2 === 0 ? 2 : 1)
    sum += product > 9 ? product - 9 : product
  }
  return (10 - (sum % 10)) % 10 === digitAt(text, 9)
}

/** Thirteen digits that end in 001: the only shape test that every real RUC passes. */
export function isRuc(text: string): boolean {
  return /^\d{10}001$/.test(text)
}

/**
 * Whether one of the three old check digits holds. New companies are registered without, so
 * `unverified` is a reason to ask somebody to look again, never to refuse.
 */
export function rucCheck(text: string): 'holds' | 'unverified' {
  if (!isRuc(text)) return 'unverified'
  const holds = isCedula(text.slice(0, 10)) || isPublicBodyRuc(text) || isCompanyRuc(text)
  return holds ? 'holds' : 'unverified'
}

function isPublicBodyRuc(text: string): boolean {
  return text[2] === '6' && text.endsWith('0001') && checksOut(text, PUBLIC_BODY_WEIGHTS)
}

function isCompanyRuc(text: string): boolean {
  return text[2] === '9' && checksOut(text, COMPANY_WEIGHTS)
}

function checksOut(text: string, weights: readonly number[]): boolean {
  let sum = 0
  for (const [at, weight] of weights.entries()) sum += digitAt(text, at) * weight
  const check = (11 - (sum % 11)) % 11
  return check === digitAt(text, weights.length)
}

/**
 * Every identification under which the same person is known: a natural person's cédula and that
 * number with 001 are one person. A third digit 6 whose number also holds as a public body, and
 * a third digit 9, stay alone: merging two owners would show one the receipts of the other.
 */
export function equivalentTaxIds(canonical: string): string[] {
  const cedula = canonical.slice(0, 10)
  const natural = canonical.length === 10 || isRuc(canonical)
  if (!natural || !isCedula(cedula)) return [canonical]
  const ruc = `${cedula}001`
  if (digitAt(ruc, 2) > 6 || isPublicBodyRuc(ruc)) return [canonical]
  return [cedula, ruc]
}

/**
 * For screens: `09•• ••• 214`, and `09•• ••• 214 001` of a RUC, whose own end says nothing; the
 * whole number stands only in PDF and XML.
 */
export function maskTaxId(canonical: string): string {
  if (isRuc(canonical)) return `${maskTaxId(canonical.slice(0, 10))} 001`
  if (canonical.length <= 5) return '•'.repeat(canonical.length)
  return `${canonical.slice(0, 2)}•• ••• ${canonical.slice(-3)}`
}

function digitAt(text: string, at: number): number {
  return text.charCodeAt(at) - 48
}
