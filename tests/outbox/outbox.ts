import crypto from 'node:crypto'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { enqueueMails } from '#src/outbox/enqueue-mails.ts'
import type { Composers, NewMail } from '#src/outbox/mail.ts'
import type { MailWorker } from '#src/outbox/mail-worker.ts'
import { createMailWorker } from '#src/outbox/mail-worker.ts'
import { createSmtpTransport } from '#src/outbox/smtp/smtp-transport.ts'
import { deriveKeys } from '#src/values/keys.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'

export const KEYS = deriveKeys(Buffer.alloc(32, 7))
export const SENDER = 'Banco Ceibo <avisos@bancoceibo.example>'
export const SILENT = { info() {}, warn() {}, error() {} }

/** Says what the payload tells it to. */
export const COMPOSERS: Composers = new Map([
  [
    'note',
    async (_db, payload) => ({
      subject: String(payload['subject'] ?? 'Nota'),
      text: `Texto ${String(payload['code'] ?? '')}`,
      html: '<p>Texto</p>',
      attachments: [],
    }),
  ],
])

export function note(name: string, rest: Partial<NewMail> = {}): NewMail {
  return {
    reason: 'note',
    subjectKey: `note:${name}`,
    partyId: null,
    receiptId: null,
    to: { name: 'María José Paredes', address: `${name}@correo.example` },
    payload: {},
    urgent: false,
    ...rest,
  }
}

export async function queue(db: Db, mails: readonly NewMail[], now: Date): Promise<void> {
  await transaction(db, (tx) => enqueueMails(tx, KEYS.seal, mails, now))
}

/** A worker that sends to one server, by a clock that stands still. */
export function openWorker(
  db: Db,
  url: string,
  options: {
    composers?: Composers
    clock?: ReturnType<typeof stoppedClock>
    slots?: number
    lastMailsMs?: number
    bulkPerMinute?: number
  } = {},
): MailWorker & { clock: ReturnType<typeof stoppedClock> } {
  const clock = options.clock ?? stoppedClock()
  const worker = createMailWorker({
    db,
    transport: createSmtpTransport({ url, from: SENDER }),
    composers: options.composers ?? COMPOSERS,
    sealKey: KEYS.seal,
    mailKey: KEYS.mail,
    retryHours: 72,
    get bulkPerMinute() {
      return options.bulkPerMinute
    },
    now: clock.now,
    random: crypto.randomBytes,
    log: SILENT,
    ...(options.slots === undefined ? {} : { slots: options.slots }),
    ...(options.lastMailsMs === undefined ? {} : { lastMailsMs: options.lastMailsMs }),
  })
  return Object.assign(worker, { clock })
}
