import crypto from 'node:crypto'
import { ISSUANCES } from '../../../identity/staff/rights.ts'
import type { Outage } from '../../../issuing/courier/outage-store.ts'
import { FAILURES } from '../../../issuing/states/sentences.ts'
import { formatCount } from '../../../values/count.ts'
import { formatInstant, guayaquilIso } from '../../../values/day.ts'
import { lastWords } from '../../panel/words.ts'

/** When the SRI did not answer. */
export const OUTAGES = `${ISSUANCES}/caidas`

/** An outage as a report prints it. */
export interface OutageReport {
  readonly id: number
  readonly href: string
  /** Which service: «Recepción». */
  readonly service: string
  /** «Desde el 20 nov 2026, 10:00:05». */
  readonly from: string
  readonly to: string | null
  readonly lasted: string
  readonly cause: string
  readonly trials: string
  /** How many documents waited at its end, or wait now. */
  readonly waited: string
  readonly firstKey: string | null
  /** SHA-256 over the facts, so that a printed copy can be compared with the portal. */
  readonly sha256: string
}

/** When the SRI did not answer, the newest first. */
export interface OutagesPage {
  readonly outages: readonly OutageReport[]
  readonly older: string | null
  /** How many documents wait now, and where they are seen. */
  readonly waiting: string
  readonly queue: string
}

/** One of them, to be printed or taken along as evidence. */
export interface OutagePage {
  readonly outage: OutageReport
  /** The receipt that was answered first. */
  readonly first: string | null
  readonly queue: string
}

/** @param waiting how many documents wait now; said of the outage that goes on */
export function outageReport(outage: Outage, waiting: string, now: Date): OutageReport {
  const { id, beganAt, endedAt, trials, waited, firstKey } = outage
  const seconds = ((endedAt ?? now).getTime() - beganAt.getTime()) / 1_000
  return {
    id,
    href: `${OUTAGES}/${id}`,
    service: serviceWords(outage.service),
    from: formatInstant(beganAt),
    to: endedAt && formatInstant(endedAt),
    lasted: lastWords(seconds),
    cause: causeWords(outage.cause),
    trials: formatCount(trials),
    waited: endedAt === null ? waiting : formatCount(waited ?? 0),
    firstKey,
    sha256: sha256Of(outage),
  }
}

function serviceWords(service: Outage['service']): string {
  switch (service) {
    case 'reception':
      return 'Recepción'
    case 'authorization':
      return 'Autorización'
    case null:
      return 'Recepción o autorización'
  }
}

/** What is down, of outages that go on: «El SRI no responde», or which of its services. */
export function downWords(outages: readonly Outage[]): string {
  const [first, ...others] = outages
  if (others.length > 0 || !first?.service) return 'El SRI no responde'
  return `La ${serviceWords(first.service).toLowerCase()} del SRI no responde`
}

function causeWords(cause: string): string {
  const known = Object.hasOwn(FAILURES, cause) ? FAILURES[cause as keyof typeof FAILURES] : null
  return known === null ? cause : (known.says.split('. ')[0] ?? cause)
}

/** The facts of an outage in one form, whoever writes them down. */
export function outageFacts(outage: Outage): readonly (readonly [name: string, value: string])[] {
  const { id, service, beganAt, endedAt, cause, trials, waited, firstKey } = outage
  return [
    ['caida', String(id)],
    // Old reports do not have it, and are still what was printed.
    ...(service === null ? [] : [['servicio', SERVICE_SLUGS[service]] as const]),
    ['desde', guayaquilIso(beganAt)],
    ['hasta', endedAt === null ? '' : guayaquilIso(endedAt)],
    ['causa', cause],
    ['intentos', String(trials)],
    ['en_espera', waited === null ? '' : String(waited)],
    ['primera_clave', firstKey ?? ''],
  ]
}

const SERVICE_SLUGS = { reception: 'recepcion', authorization: 'autorizacion' } as const

function sha256Of(outage: Outage): string {
  return crypto
    .createHash('sha256')
    .update(JSON.stringify(outageFacts(outage)))
    .digest('hex')
}
