import type { Day } from '../values/day.ts'
import { type AccessKey, hasAccessKeyShape } from './access-key.ts'
import { checkDocument } from './check.ts'
import type { ReceiptDocument } from './documents/document.ts'
import type { AuthorizationStatus, Envelope } from './envelope/envelope.ts'
import { type Inspection, inspectReceipt } from './inspect-receipt.ts'
import { type Problem, type ProblemCode, problem, type Refusal, refuse } from './messages.ts'
import { type ReceiptSummary, summarize } from './summary.ts'

export interface ReadReceipt {
  readonly envelope: Envelope
  readonly document: ReceiptDocument
  /** 49 digits; of an authorised document the check digit may fail, with a warning. */
  readonly accessKey: AccessKey
  readonly status: AuthorizationStatus | null
  /** As printed: the key itself, or 37 digits in the scheme before 2018. */
  readonly authorizationNumber: string | null
  /** ISO 8601 at −05:00. */
  readonly authorizedAt: string | null
  readonly signed: boolean
  readonly summary: ReceiptSummary
  readonly warnings: readonly Warning[]
}

/** Something odd about a receipt that is taken all the same. */
export interface Warning {
  readonly code: ProblemCode
  readonly field: string
  readonly message: string
}

export type Reading =
  | { readonly ok: true; readonly receipt: ReadReceipt }
  | {
      readonly ok: false
      readonly refusal: Refusal
      /** As far as it could be read. */
      readonly accessKey: AccessKey | null
      /** Everything the SRI would object to, when that is the reason; the first is the refusal. */
      readonly problems: readonly Problem[]
    }

/**
 * Reads a receipt from the bytes of its file. What the SRI authorised is taken as it is and what
 * is odd about it becomes a warning; anything else is judged by the SRI's own rules.
 *
 * @param today refuses what is dated later; without it the future is not judged.
 */
export function readReceipt(bytes: Uint8Array, options: { readonly today?: Day } = {}): Reading {
  const inspection = inspectReceipt(bytes)
  if (!inspection.ok) return refused(inspection.refusal)
  const { envelope, document, signed } = inspection
  const key = chooseKey(inspection)
  if (!key.ok) return refused(key.refusal)
  const remarks = [...inspection.oddities, ...key.warnings, ...checkDocument(document, options)]
  if (envelope.status !== 'authorized') {
    const first = remarks[0]
    if (first !== undefined) {
      const { code, field, message } = first
      const refusal = { code, field, message }
      return { ok: false, refusal, accessKey: key.accessKey, problems: remarks }
    }
  }
  const summary = summarize(document, key.accessKey)
  if (summary === null) {
    return refused(refuse('day-missing', { field: 'fechaEmision' }), key.accessKey)
  }
  const { status, authorizationNumber, authorizedAt } = envelope
  const { accessKey } = key
  const receipt: ReadReceipt = {
    envelope,
    document,
    accessKey,
    status,
    authorizationNumber,
    authorizedAt,
    signed,
    summary,
    warnings: remarks.map(({ code, field, reason }) => ({ code, field, message: reason })),
  }
  return { ok: true, receipt }
}

function refused(refusal: Refusal, accessKey: AccessKey | null = null): Reading {
  return { ok: false, refusal, accessKey, problems: [] }
}

type ChosenKey =
  | { readonly ok: true; readonly accessKey: AccessKey; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly refusal: Refusal }

const KEY_FIELD = 'infoTributaria.claveAcceso'
/** Until 2018 the SRI gave its own number of 37 digits («esquema online»). */
const ONLINE_SCHEME_DIGITS = 37

/** The document's own key when it has 49 digits, else the number under which it was authorised. */
function chooseKey({ envelope, document }: Extract<Inspection, { ok: true }>): ChosenKey {
  const printed = document.content.infoTributaria?.claveAcceso
  const number = envelope.authorizationNumber ?? ''
  if (printed !== undefined && hasAccessKeyShape(printed)) {
    const agrees = number === '' || number === printed || number.length === ONLINE_SCHEME_DIGITS
    const warnings = agrees
      ? []
      : [problem('authorization-mismatch', 'numeroAutorizacion', { value: number })]
    return { ok: true, accessKey: printed as AccessKey, warnings }
  }
  if (envelope.status === 'authorized' && hasAccessKeyShape(number)) {
    const warnings = [problem('key-from-authorization', KEY_FIELD)]
    return { ok: true, accessKey: number as AccessKey, warnings }
  }
  if (printed === undefined || printed === '') {
    return { ok: false, refusal: refuse('key-missing', { field: KEY_FIELD }) }
  }
  return { ok: false, refusal: refuse('key-malformed', { field: KEY_FIELD, value: printed }) }
}
