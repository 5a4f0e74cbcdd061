import type { Db } from '../../db/open.ts'
import type { KeptCertificate } from '../../issuing/certificates/certificate-list-store.ts'
import { listCertificates } from '../../issuing/certificates/certificate-list-store.ts'
import { lastContact } from '../../issuing/courier/contact-store.ts'
import type { Outage } from '../../issuing/courier/outage-store.ts'
import { listOutages, openOutages } from '../../issuing/courier/outage-store.ts'
import { listIssuers } from '../../issuing/issuer/issuer-store.ts'
import { formatCount } from '../../values/count.ts'
import { formatDateTime, formatTime } from '../../values/day.ts'
import { downWords } from '../issuances/outages/outage-words.ts'
import { agoWords, lastWords } from '../panel/words.ts'
import type { Queue } from './health-store.ts'
import { COUNT_MAX, issuanceQueue } from './health-store.ts'
import type { Reading } from './reading.ts'
import { expiryOf, toneBetween } from './reading.ts'

/** Days left of a certificate at which its end is announced by mail too. */
const [RENEW_DAYS, SOON_DAYS, URGENT_DAYS] = [60, 30, 7]
/** Seconds for which a document may have been due: until somebody looks, and until something is wrong. */
const QUEUE_LIMITS = [120, 600] as const

/**
 * With what receipts are signed, and whether the SRI can be reached: what who carries documents there
 * has written down. Nothing is asked of the SRI to show it.
 */
export async function issuingHealth(db: Db, now: Date): Promise<Reading[]> {
  const issuers = (await listIssuers(db)).map(({ ruc }) => ruc)
  const certificates = (await listCertificates(db)).filter(({ retiredAt }) => retiredAt === null)
  const rucs = [...new Set([...issuers, ...certificates.map(({ issuerRuc }) => issuerRuc)])]
  if (rucs.length === 0) {
    const value = 'Todavía no se emite desde el portal'
    return ['Firma electrónica', 'Servicios del SRI'].map((name) => {
      return { name, tone: '', value, advice: '' }
    })
  }
  const outages = await openOutages(db)
  return [
    ...rucs.map((ruc) => {
      const name = rucs.length === 1 ? 'Firma electrónica' : `Firma electrónica de ${ruc}`
      const own = certificates.filter(({ issuerRuc }) => issuerRuc === ruc)
      return signingReading(name, own, now)
    }),
    serviceReading(outages, await lastContact(db), now),
    ...lastOutageReading(await listOutages(db, 2)),
    queueReading(await issuanceQueue(db, now), outages.length > 0, now),
  ]
}

function signingReading(name: string, own: readonly KeptCertificate[], now: Date): Reading {
  const used = own.find(({ inUseAt }) => inUseAt !== null)
  const waits = own.some(({ inUseAt }) => inUseAt === null)
  if (!used) {
    const advice = waits
      ? 'Uno espera que otra persona lo apruebe: hasta entonces nada se firma.'
      : 'Sube uno en «Firma electrónica»: sin él nada se firma.'
    return { name, tone: 'mal', value: 'No hay certificado en uso', advice }
  }
  const { days, words } = expiryOf(used.validTo, now)
  const tone = days < URGENT_DAYS ? 'mal' : days < RENEW_DAYS ? 'espera' : 'ok'
  return { name, tone, value: words, advice: tone === 'ok' ? '' : renewWords(days, waits) }
}

function renewWords(days: number, waits: boolean): string {
  if (waits) return 'El que lo reemplaza espera que otra persona lo apruebe.'
  if (days < 0) return 'Nada se firma: sube otro en «Firma electrónica», y que lo aprueben.'
  if (days < SOON_DAYS) return 'Pide ya el que lo reemplaza a la entidad certificadora, y súbelo.'
  return 'Pide el que lo reemplaza a la entidad certificadora.'
}

function serviceReading(outages: readonly Outage[], last: Date | null, now: Date): Reading {
  const [outage] = outages
  const name = 'Servicios del SRI'
  const heard = last === null ? '' : `la última respuesta fue ${agoWords(last, now)}`
  if (outage) {
    const value = `${downWords(outages)} desde ${agoWords(outage.beganAt, now)}`
    const advice = `Se intenta otra vez a las ${formatTime(outage.trialAt)}, sin que nadie tenga que hacer nada. Nada se perdió: lo que espera sale solo cuando vuelvan.`
    return { name, tone: 'mal', value: heard ? `${value}; ${heard}` : value, advice }
  }
  if (last === null) return { name, tone: '', value: 'Todavía no se les envió nada', advice: '' }
  return { name, tone: 'ok', value: `Responden; ${heard}`, advice: '' }
}

function lastOutageReading(outages: readonly Outage[]): Reading[] {
  const over = outages.find(({ endedAt }) => endedAt !== null)
  if (!over?.endedAt) return []
  const { beganAt, endedAt, waited } = over
  const length = lastWords((endedAt.getTime() - beganAt.getTime()) / 1_000)
  const count = waited === 1 ? 'esperó 1 comprobante' : `esperaron ${formatCount(waited ?? 0)}`
  const value = `El ${formatDateTime(beganAt)}, duró ${length}; ${count}`
  return [{ name: 'Última caída del SRI', tone: '', value, advice: '' }]
}

function queueReading({ pending, dueSince }: Queue, down: boolean, now: Date): Reading {
  const seconds = dueSince === null ? 0 : (now.getTime() - dueSince.getTime()) / 1_000
  // While the SRI is silent they wait, and nothing is wrong with them.
  const tone = down ? '' : toneBetween(seconds, QUEUE_LIMITS)
  const count = pending >= COUNT_MAX ? `Más de ${formatCount(COUNT_MAX - 1)}` : formatCount(pending)
  const value =
    dueSince === null
      ? `${count} en camino`
      : `${count} en camino, el más antiguo espera desde hace ${lastWords(seconds)}`
  const advice =
    tone === '' || tone === 'ok' ? '' : 'No avanzan: mira la firma electrónica y los procesos.'
  return { name: 'Comprobantes por emitir', tone, value, advice }
}
