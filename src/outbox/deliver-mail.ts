import type { Db } from '../db/open.ts'
import { composeMail } from './compose-mail.ts'
import type { ComposedMail, Composers } from './mail.ts'
import { NothingToSay } from './mail.ts'
import type { ClaimedMail, Settlement } from './mail-store.ts'
import { messageIdOf } from './message-id.ts'
import { nextAttempt } from './retry-schedule.ts'
import type { Circuit } from './smtp/circuit.ts'
import type { MailTransport } from './smtp/transport.ts'
import type { Turn } from './turns.ts'

/** The part of pino that is used. No name or address of a person ever goes in. */
interface MailLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface DeliveryNeeds {
  db: Db
  transport: MailTransport
  composers: Composers
  /** `keys.seal`, with which the payloads were sealed. */
  sealKey: Buffer
  /** `keys.mail`, of which Message-IDs are made. */
  mailKey: Buffer
  /** How long a postponed mail is tried again. */
  retryHours: number
  now: () => Date
  random: (length: number) => Buffer
  log: MailLog
}

/** No mail is begun so late that another worker could take it before it is through. */
const LEASE_MARGIN_MS = 45_000

/** Composes and sends one claimed mail and says what is to be noted; writes nothing itself. */
export async function deliverMail(
  needs: DeliveryNeeds,
  circuit: Circuit,
  mail: ClaimedMail,
  turn: Turn,
): Promise<Settlement> {
  const now = needs.now()
  if (mail.expiresAt !== null && now >= mail.expiresAt) {
    return { id: mail.id, as: 'failed', answer: 'Caducó antes de poder salir' }
  }
  const composed = await compose(needs, mail)
  if ('as' in composed) return composed
  if (needs.now().getTime() > mail.claimedUntil.getTime() - LEASE_MARGIN_MS) {
    return { id: mail.id, as: 'released' }
  }
  const delivery = await needs.transport.send({
    ...composed,
    to: mail.to,
    messageId: messageIdOf(needs.mailKey, mail.id, needs.transport.domain),
    date: now,
    beforeEnd: turn.take,
  })
  needs.log.info({ mail: mail.id, reason: mail.reason, outcome: delivery.outcome }, 'mail tried')
  if (delivery.outcome === 'cut') return { id: mail.id, as: 'released' }
  if (delivery.outcome === 'unavailable') {
    circuit.unavailable(needs.now(), fraction(needs))
    // It goes behind what is already due, so that another mail is the next probe.
    return { id: mail.id, as: 'deferred', answer: delivery.answer, next: needs.now() }
  }
  circuit.answered()
  if (delivery.outcome === 'accepted') return { id: mail.id, as: 'sent', answer: delivery.answer }
  if (delivery.outcome === 'refused') return { id: mail.id, as: 'failed', answer: delivery.answer }
  return postpone(needs, mail, delivery.answer)
}

/** What to send; or, when the composer failed, how the mail ends: one must not hold up the rest. */
async function compose(
  needs: DeliveryNeeds,
  mail: ClaimedMail,
): Promise<ComposedMail | Settlement> {
  try {
    return await composeMail(needs, mail)
  } catch (error) {
    if (error instanceof NothingToSay) {
      return { id: mail.id, as: 'failed', answer: 'Ya no corresponde' }
    }
    needs.log.error({ mail: mail.id, reason: mail.reason, err: error }, 'mail not composed')
    return postpone(needs, mail, 'No se pudo componer')
  }
}

function postpone(needs: DeliveryNeeds, mail: ClaimedMail, answer: string): Settlement {
  const retrying = { createdAt: mail.createdAt, urgent: mail.urgent, attempts: mail.attempts + 1 }
  const next = nextAttempt(retrying, needs.retryHours, needs.now(), fraction(needs))
  if (next === null) return { id: mail.id, as: 'failed', answer }
  return { id: mail.id, as: 'postponed', answer, next }
}

const UINT32 = 2 ** 32

function fraction(needs: DeliveryNeeds): number {
  return needs.random(4).readUInt32BE() / UINT32
}
