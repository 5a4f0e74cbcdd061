import { type Day, dayFrom } from '../values/day.ts'
import { type DocumentNumber, formatDocumentNumber } from '../values/document-number.ts'
import { type DocumentKind, kindFacts, kindOfCode } from './kinds.ts'

/** The 49 digits by which the SRI knows a receipt («clave de acceso»), check digit verified. */
export type AccessKey = string & { readonly name: 'access key' }

export type Environment = 'test' | 'production'

export interface AccessKeyFields {
  readonly issuedOn: Day
  readonly kind: DocumentKind
  readonly issuerRuc: string
  readonly environment: Environment
  /** Three digits. */
  readonly establishment: string
  /** Three digits. */
  readonly issuePoint: string
  /** Nine digits. */
  readonly sequence: string
  /** Eight digits that the issuer chooses, from a secure random source when the issuer is us. */
  readonly numericCode: string
  /** 1 is normal; 2 is the contingency of the scheme before «offline», seen in old documents. */
  readonly emissionType: string
}

export type AccessKeyProblem =
  | 'not-49-digits'
  | 'check-digit'
  | 'impossible-date'
  | 'unknown-kind'
  | 'unknown-environment'
  | 'unknown-emission-type'

export type ParsedAccessKey =
  | {
      readonly ok: true
      readonly key: AccessKey
      readonly fields: AccessKeyFields
      readonly number: DocumentNumber
    }
  | { readonly ok: false; readonly reason: AccessKeyProblem }

const ACCESS_KEY_DIGITS = 49
const BODY_DIGITS = 48
const KEY_SHAPE = /^\d{49}$/

export function hasAccessKeyShape(text: string): boolean {
  return KEY_SHAPE.test(text)
}

/** Modulus 11 over the first 48 digits; NaN never comes out as long as they are digits. */
export function checkDigit(digits: string): string {
  let sum = 0
  for (let at = 0; at < BODY_DIGITS; at += 1) {
    // From the right the weights run 2 to 7 and again, so at position 0 the weight is 7.
    sum += (digits.charCodeAt(at) - 48) * (7 - (at % 6))
  }
  const rest = 11 - (sum % 11)
  return rest === 11 ? '0' : rest === 10 ? '1' : String(rest)
}

/** Whether 49 digits end in the right check digit. */
export function checkDigitHolds(text: string): boolean {
  return hasAccessKeyShape(text) && checkDigit(text) === text[BODY_DIGITS]
}

/** Proves that a text is an access key and takes it apart; names the first thing that is wrong. */
export function parseAccessKey(text: string): ParsedAccessKey {
  if (!hasAccessKeyShape(text)) return { ok: false, reason: 'not-49-digits' }
  if (!checkDigitHolds(text)) return { ok: false, reason: 'check-digit' }
  const issuedOn = accessKeyDay(text)
  if (issuedOn === null) return { ok: false, reason: 'impossible-date' }
  const facts = kindOfCode(text.slice(8, 10))
  if (facts === null) return { ok: false, reason: 'unknown-kind' }
  const environment = environmentOf(text.slice(23, 24))
  if (environment === null) return { ok: false, reason: 'unknown-environment' }
  const emissionType = text.slice(47, 48)
  if (emissionType !== '1' && emissionType !== '2') {
    return { ok: false, reason: 'unknown-emission-type' }
  }
  const fields: AccessKeyFields = {
    issuedOn,
    kind: facts.kind,
    issuerRuc: issuerRucIn(text),
    environment,
    establishment: text.slice(24, 27),
    issuePoint: text.slice(27, 30),
    sequence: text.slice(30, 39),
    numericCode: text.slice(39, 47),
    emissionType,
  }
  const number = formatDocumentNumber(fields.establishment, fields.issuePoint, fields.sequence)
  return { ok: true, key: text as AccessKey, fields, number }
}

/** Builds the key of a document; throws when a part is not digits of its length. */
export function composeAccessKey(
  fields: Omit<AccessKeyFields, 'emissionType'> & { readonly emissionType?: string },
): AccessKey {
  const day = fields.issuedOn
  const body = [
    `${day.slice(8, 10)}${day.slice(5, 7)}${day.slice(0, 4)}`,
    kindFacts(fields.kind).code,
    fields.issuerRuc,
    fields.environment === 'production' ? '2' : '1',
    fields.establishment,
    fields.issuePoint,
    fields.sequence,
    fields.numericCode,
    fields.emissionType ?? '1',
  ].join('')
  if (!/^\d{48}$/.test(body)) throw new RangeError(`Not the parts of an access key: ${body}`)
  return `${body}${checkDigit(body)}` as AccessKey
}

/** The day in the first eight digits; null when the calendar has no such day. */
export function accessKeyDay(text: string): Day | null {
  return dayFrom(Number(text.slice(4, 8)), Number(text.slice(2, 4)), Number(text.slice(0, 2)))
}

export function environmentOf(digit: string): Environment | null {
  return digit === '1' ? 'test' : digit === '2' ? 'production' : null
}

export type FoundAccessKey =
  | { readonly ok: true; readonly key: AccessKey }
  | { readonly ok: false; readonly reason: 'none' | 'spreadsheet' | AccessKeyProblem }

/**
 * Finds the key in what a person pasted: with its label, blanks, line breaks or hyphens. A key
 * that a spreadsheet turned into `1,70E+48` has lost its digits for good; the answer says so.
 */
export function findAccessKeyIn(text: string): FoundAccessKey {
  if (/\d[.,]\d+\s*E\s*\+?\s*48/i.test(text)) return { ok: false, reason: 'spreadsheet' }
  const digits = text.replaceAll(/\D/g, '')
  if (digits.length !== ACCESS_KEY_DIGITS) {
    const whole = /(?<!\d)\d{49}(?!\d)/.exec(text)
    if (whole === null) return { ok: false, reason: digits === '' ? 'none' : 'not-49-digits' }
    return proven(whole[0])
  }
  return proven(digits)
}

function proven(digits: string): FoundAccessKey {
  const parsed = parseAccessKey(digits)
  return parsed.ok ? { ok: true, key: parsed.key } : parsed
}

/** The RUC of the issuer in a key that is one. */
export function issuerRucIn(accessKey: string): string {
  return accessKey.slice(10, 23)
}
