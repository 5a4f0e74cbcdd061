import { type Complaint, complain } from '../fault.ts'

/** Most cells: digits, and at most one sign between them. */
const PLAIN = /^(\d{1,12})(?:[.,](\d{1,12}))?$/
/** Thousands set apart twice, or thousands and decimals: no doubt which is which. */
const GROUPED = /^([1-9]\d{0,2}(?:([.,])\d{3})(?:\2\d{3}){0,3})(?:(?!\2)[.,](\d{1,12}))?$/
export const MANGLED = /^\d(?:[.,]\d+)?E[+-]?\d+$/i
const HUNDRED = 100
/** What the SRI's form has room for. */
const FIGURES_MAX = 3

/**
 * A number as documents print it, with a point and without blanks, thousands or currency.
 * `1.234` may be either of two numbers, so it is asked which.
 */
export function readNumber(
  text: string,
  { places, positive }: { places: number; positive: boolean },
): string | Complaint {
  const bare = /^[\d.,]+$/.test(text) ? text : text.replaceAll(/[\s$]|USD/g, '')
  const plain = PLAIN.exec(bare)
  if (plain === null) return readOther(bare, places, positive)
  const [, whole = '', fraction = ''] = plain
  if (fraction.length === 3 && whole.length <= 3 && !whole.startsWith('0')) {
    const expected = `${whole}${fraction} o ${whole},${fraction}${places > 3 ? '0' : ''}`
    return complain('number-ambiguous', { expected })
  }
  return printed(whole, fraction, places, positive)
}

function readOther(bare: string, places: number, positive: boolean): string | Complaint {
  if (MANGLED.test(bare)) return complain('number-mangled')
  if (/^[-−(]/.test(bare)) return complain('number-negative')
  const grouped = GROUPED.exec(bare)
  if (grouped === null) {
    return complain(/^\d{13,}(?:[.,]\d*)?$/.test(bare) ? 'number-large' : 'number-form')
  }
  const [, whole = '', , fraction = ''] = grouped
  return printed(whole.replaceAll(/[.,]/g, ''), fraction, places, positive)
}

function printed(
  whole: string,
  fraction: string,
  places: number,
  positive: boolean,
): string | Complaint {
  const used = fraction.length <= places ? fraction : fraction.replace(/0+$/, '')
  if (used.length > places) return complain('number-places', { expected: `hasta ${places}` })
  const value = `${whole.length > 1 ? whole.replace(/^0+(?=\d)/, '') : whole}${used && `.${used}`}`
  return positive && /^[0.]*$/.test(value) ? complain('number-zero') : value
}

/** A percentage with up to two decimals, its sign or not. */
export function readPercentage(text: string): string | Complaint {
  const value = readNumber(withoutPercent(text), { places: 2, positive: false })
  if (typeof value !== 'string') return value
  const figures = value
    .replace(/\.?0*$/, '')
    .replace(/^0?\./, '')
    .replace('.', '').length
  if (Number(value) <= HUNDRED && figures <= FIGURES_MAX) return value
  return complain('wrong-form', { expected: 'un porcentaje de 0 a 100 con tres cifras, como 2,75' })
}

export function withoutPercent(text: string): string {
  return text.endsWith('%') ? text.slice(0, -1).trimEnd() : text
}

/** So many digits; a spreadsheet that took them for a number drops the zeros at the beginning. */
export function readDigits(text: string, length: number): string | Complaint {
  if (text.length === length && /^\d+$/.test(text)) return text
  const padded = text.padStart(length, '0')
  if (/^\d+$/.test(text) && padded.length === length) {
    return complain('zeros-lost', { expected: padded })
  }
  return complain('wrong-form', {
    expected: `de ${length} dígitos, como ${'1'.padStart(length, '0')}`,
  })
}

const AUTHORIZATION = /^\d{10,49}$/

export function readAuthorization(text: string): string | Complaint {
  const digits = text.replaceAll(/[\s-]/g, '')
  if (AUTHORIZATION.test(digits)) return digits
  if (MANGLED.test(text)) return complain('number-mangled')
  return complain('wrong-form', { expected: 'de 10 a 49 dígitos' })
}

/** A code of a table; a spreadsheet may have dropped the zeros that it begins with. */
export function readCode(text: string, codes: ReadonlyMap<string, string>): string | Complaint {
  if (codes.has(text)) return text
  const code = [text.toUpperCase(), text.padStart(2, '0')].find((one) => codes.has(one))
  return code ?? complain('unknown-code', { expected: listed(codes) })
}

const LISTED_MAX = 8

function listed(codes: ReadonlyMap<string, string>): string {
  if (codes.size > LISTED_MAX) return 'uno de la lista de la plantilla'
  const said = [...codes].map(([code, label]) => `${code} (${label})`)
  return `${said.slice(0, -1).join(', ')} o ${said.at(-1)}`
}
