import { checkDigitHolds, hasAccessKeyShape } from '../../sri/access-key.ts'
import { type DocumentNumber, parseDocumentNumber } from '../../values/document-number.ts'
import { type Complaint, complain } from './complaint.ts'

/** What one word of a list is. */
export type Token =
  | { readonly is: 'key'; readonly key: string; readonly remark: Complaint | null }
  | { readonly is: 'number'; readonly number: DocumentNumber }
  | { readonly is: 'ruc'; readonly ruc: string }
  | { readonly is: 'bad'; readonly complaint: Complaint }

const KEY_DIGITS = 49
const NUMBER_DIGITS = 15
/** Until 2018 the SRI gave its own numbers of 37 digits, and 10 to printers of paper. */
const ONLINE_DIGITS = 37
/** What a spreadsheet keeps of a number; the rest are zeros. */
const KEPT_DIGITS = 15
const EXPONENT = /^\d+(?:[.,]\d+)?E\+?\d{1,2}$/i

/** Whether a cell is what a spreadsheet leaves of a key: `2,9102E+48`. */
export function isDestroyedKey(text: string): boolean {
  return EXPONENT.test(text.replaceAll(/\s/g, ''))
}

/** Says what a word is: a key, a number with or without hyphens, the RUC of whoever issued. */
export function readToken(word: string): Token {
  if (isDestroyedKey(word)) return bad(complain('spreadsheet'))
  const number = parseDocumentNumber(word)
  if (number !== null) return { is: 'number', number }
  const digits = word.replaceAll(/[\s.-]/g, '')
  if (/^\d+$/.test(digits)) return readDigits(digits, word)
  return bad(complain('letter' in lettersOf(word) ? 'letter' : 'number-shape', meantBy(word)))
}

/** 49 digits, whatever their check digit: early documents carry keys that do not check out. */
export function readKey(digits: string): Token {
  if (hasAccessKeyShape(digits)) {
    if (isRounded(digits)) return bad(complain('rounded'))
    const remark = checkDigitHolds(digits) ? null : complain('check-digit')
    return { is: 'key', key: digits, remark }
  }
  const padded = `0${digits}`
  const meant = checkDigitHolds(padded) ? { meant: padded } : {}
  return bad(complain('key-length', { digits: digits.length, ...meant }))
}

function readDigits(digits: string, word: string): Token {
  if (digits.length === KEY_DIGITS) return readKey(digits)
  if (digits.length === ONLINE_DIGITS) return bad(complain('authorization-number'))
  if (digits.length > NUMBER_DIGITS + 5) return readKey(digits)
  if (/^\d{10}001$/.test(digits)) return { is: 'ruc', ruc: digits }
  if (digits.length === 10 && !word.includes('-')) return bad(complain('tax-id-alone'))
  const short = digits.length < NUMBER_DIGITS && digits.length > 12 && !word.includes('-')
  if (short) {
    const number = parseDocumentNumber(digits.padStart(NUMBER_DIGITS, '0'))
    return bad(complain('lost-zeros', number === null ? {} : { meant: number }))
  }
  return bad(complain('number-shape', meantBy(word)))
}

function isRounded(digits: string): boolean {
  return /^0+$/.test(digits.slice(KEPT_DIGITS))
}

function bad(complaint: Complaint): Token {
  return { is: 'bad', complaint }
}

/** Letters that people and scanners take for digits. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  S: '5',
  G: '6',
  B: '8',
}

function lettersOf(word: string): { letter?: true } {
  return /^[\d-]*[A-Z][\d-]*$/i.test(word) && /\d/.test(word) ? { letter: true } : {}
}

/** The number that a mistyped one may be; nothing when it would be a guess. */
function meantBy(word: string): { meant?: string } {
  const digits = [...word.toUpperCase()].map((sign) => LOOKALIKES[sign] ?? sign).join('')
  const parts = digits.split('-')
  const padded =
    parts.length === 3 && parts.every((part) => /^\d+$/.test(part))
      ? `${parts[0]?.padStart(3, '0')}-${parts[1]?.padStart(3, '0')}-${parts[2]}`
      : digits
  const number = parseDocumentNumber(padded)
  return number === null || number === word ? {} : { meant: number }
}
