import type { Environment } from '../../sri/access-key.ts'
import { accessKeyDay, environmentOf } from '../../sri/access-key.ts'
import { checkCodes } from '../../sri/checking/check-codes.ts'
import { checkDates } from '../../sri/checking/check-dates.ts'
import { checkForm } from '../../sri/documents/check-form.ts'
import type { ReceiptDocument } from '../../sri/documents/document.ts'
import { readContent } from '../../sri/documents/read-content.ts'
import { kindOfCode } from '../../sri/kinds.ts'
import type { Problem } from '../../sri/messages.ts'
import type { SriMessage } from '../../sri/service/sri-service.ts'
import { issuedOnOf } from '../../sri/summary.ts'
import { decodeXml, XML_BYTES_MAX } from '../../sri/xml/xml-text.ts'
import type { Day } from '../../values/day.ts'
import { daysBetween } from '../../values/day.ts'
import { sriMessage } from './sri-messages.ts'

/** What reception takes of a document, to tell it from others. */
export interface Received {
  readonly key: string
  /** Issuer, kind, environment, series and sequence: who, once more, may not use it. */
  readonly number: string
  readonly environment: Environment
}

export type ReceptionVerdict =
  | { readonly ok: true; readonly received: Received }
  | { readonly ok: false; readonly key: string | null; readonly message: SriMessage }

export interface ReceptionFacts {
  readonly today: Day
  /** The code under which this key or number is taken already; null when it is free. */
  taken(received: Received): '43' | '45' | '70' | null
  /** The code with which somebody wants this document refused; null for none. */
  wanted(): string | null
}

/** As the SRI's 129600 minutes. */
const LATE_DAYS_MAX = 90

/**
 * What the SRI decides at once, in its order, at the first thing that is wrong: size, XML, schema,
 * key and number, dates. What is returned is not kept.
 */
export function judgeReception(bytes: Uint8Array, facts: ReceptionFacts): ReceptionVerdict {
  if (bytes.length === 0) return returned(null, sriMessage('49'))
  if (bytes.length >= XML_BYTES_MAX) return returned(null, sriMessage('26', TOO_LARGE))
  const decoded = decodeXml(bytes)
  if (!decoded.ok) return returned(null, notStructure(decoded.refusal.message))
  const content = readContent(decoded.text)
  if (!content.ok) return returned(null, notStructure(content.refusal.message))
  const { document, oddities } = content
  const key = document.content.infoTributaria?.claveAcceso
  if (!key) return returned(null, notStructure(NO_KEY))
  const fault = faultOfForm(document, oddities)
  if (fault !== null) return returned(key, fault)
  const received = receivedOf(document, key)
  const code = facts.wanted() ?? facts.taken(received)
  if (code !== null) return returned(key, sriMessage(code))
  const date = faultOfDates(document, key, facts.today)
  return date === null ? { ok: true, received } : returned(key, date)
}

const TOO_LARGE = 'El archivo del comprobante mide 320 KB o más.'
const NO_KEY = 'No se ha encontrado información en el tag claveAcceso.'
const STRUCTURE = 'Se encontró el siguiente error en la estructura del comprobante: '
const OUT_OF_RANGE =
  'La fecha de emisión está fuera del rango de tolerancia [129600 minutos], o es mayor a la fecha del servidor'

function returned(key: string | null, message: SriMessage): ReceptionVerdict {
  return { ok: false, key, message }
}

function notStructure(reason: string): SriMessage {
  return sriMessage('35', `${STRUCTURE}${reason}`, 'ARCHIVO NO CUMPLE ESTRUCTURA XML')
}

/** Kind, version, then the schema; a date in the right shape that no calendar has is 67. */
function faultOfForm(document: ReceiptDocument, oddities: readonly Problem[]): SriMessage | null {
  const kind = document.content.infoTributaria?.codDoc ?? ''
  if (/^\d\d$/.test(kind) && kindOfCode(kind) === null) return sriMessage('47', kind)
  const problems = [...oddities, ...checkForm(document), ...checkCodes(document).filter(isOfSchema)]
  const version = problems.find(({ code }) => code === 'unknown-version')
  if (version !== undefined) return sriMessage('48', version.reason)
  const schema = problems.find((one) => !isImpossibleDate(one))
  if (schema !== undefined) return sriMessage('35', `${STRUCTURE}${schema.reason}`)
  const [date] = problems
  return date === undefined ? null : sriMessage('67', date.reason)
}

/** Codes of tables are part of the schema, but for what supports a withholding (64). */
function isOfSchema({ field }: Problem): boolean {
  return !field.endsWith('.codSustento')
}

function isImpossibleDate({ code, reason }: Problem): boolean {
  return code === 'wrong-date' && /«\d\d\/\d\d\/20\d\d»/.test(reason)
}

function receivedOf(document: ReceiptDocument, key: string): Received {
  const { ruc, codDoc, ambiente, estab, ptoEmi, secuencial } = document.content.infoTributaria ?? {}
  return {
    key,
    number: [ruc, codDoc, ambiente, estab, ptoEmi, secuencial].join('-'),
    environment: environmentOf(ambiente ?? '') ?? 'test',
  }
}

function faultOfDates(document: ReceiptDocument, key: string, today: Day): SriMessage | null {
  const issuedOn = issuedOnOf(document) ?? accessKeyDay(key)
  if (issuedOn === null) return sriMessage('67')
  const late = daysBetween(issuedOn, today)
  if (late < 0 || late > LATE_DAYS_MAX) return sriMessage('65', OUT_OF_RANGE)
  const [problem] = checkDates(document, today)
  if (problem === undefined) return null
  return sriMessage(problem.field.endsWith('fechaIniTransporte') ? '82' : '67', problem.reason)
}
