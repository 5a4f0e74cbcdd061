import { setMaxListeners } from 'node:events'
import { Transform } from 'node:stream'
import type { TransportOptions } from 'nodemailer'
import nodemailer from 'nodemailer'
import MailComposer from 'nodemailer/lib/mail-composer'
import { parseEmail } from '../../values/email-address.ts'
import { isLoopback } from '../../values/network.ts'
import { headerText } from '../mail.ts'
import { printMessage } from './print-message.ts'
import { parseSender } from './sender.ts'
import type { SmtpError } from './smtp-answer.ts'
import { deliveryOf } from './smtp-answer.ts'
import type { Delivery, MailTransport, OutgoingMail } from './transport.ts'

const CONNECT_MS = 10_000
const SILENCE_MS = 30_000
/** An idle connection is ended by us, before the server ends it under a mail. */
const IDLE_MS = 20_000
const MAILS_A_CONNECTION = 1_000
/** What a mail says comes from data: it must never make this process read a file or an address. */
const NO_ACCESS = { disableFileAccess: true, disableUrlAccess: true }

interface SmtpOptions {
  /** `smtp://user:password@host:587` (STARTTLS, required unless loopback) or `smtps://…:465`. */
  url: string
  /** `Banco Ceibo <avisos@banco.example>` */
  from: string
  /** Connections kept at most; 8 unless told. */
  connections?: number
}

/**
 * The way out through one SMTP server, over connections that are kept. Throws when the sender is
 * not one plain address. Never logs: neither the password nor a customer's address may be in a log.
 */
export function createSmtpTransport(options: SmtpOptions): MailTransport {
  const from = parseSender(options.from)
  if (from === null) throw new Error('MAIL_FROM is not one mail address')
  const pool = nodemailer.createTransport({
    ...serverOf(new URL(options.url)),
    pool: true,
    maxConnections: options.connections ?? 8,
    maxMessages: MAILS_A_CONNECTION,
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    logger: false,
    ...NO_ACCESS,
  } as TransportOptions)
  pool.use('stream', (mail, done) => {
    const { beforeEnd } = mail.data as Pick<OutgoingMail, 'beforeEnd'>
    if (beforeEnd) mail.message.transform(new HeldEnd(beforeEnd))
    done()
  })
  const cutting = new AbortController()
  setMaxListeners(0, cutting.signal)
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    domain,
    send: async (mail) => {
      const address = parseEmail(mail.to.address)
      if (address === null) return { outcome: 'refused', answer: 'La dirección no es válida' }
      try {
        const message = messageOf(mail, from, address)
        const sent = await pool.sendMail({ ...message, signal: cutting.signal })
        return {
          outcome: 'accepted',
          answer: (sent as { response: string }).response.slice(0, 200),
        }
      } catch (error) {
        if (cutting.signal.aborted) return { outcome: 'cut', answer: '' }
        return withoutAddress(deliveryOf(error as SmtpError), address)
      }
    },
    cut: () => cutting.abort(),
    close: async () => pool.close(),
  }
}

/** Nothing but loopback is spoken to in the clear, whatever the server offers or a middleman strips. */
function serverOf(url: URL) {
  const secure = url.protocol === 'smtps:'
  const loopback = isLoopback(url.hostname)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !loopback,
    ignoreTLS: !secure && loopback,
    tls: { minVersion: 'TLSv1.2' },
    ...(url.username === ''
      ? {}
      : {
          auth: {
            user: decodeURIComponent(url.username),
            pass: decodeURIComponent(url.password),
          },
        }),
  }
}

/**
 * Addresses go as objects and the envelope is said apart: from a string, the library would take out
 * as many recipients as it finds.
 */
function messageOf(mail: OutgoingMail, from: { name: string; address: string }, address: string) {
  const message = new MailComposer({
    from,
    to: { name: headerText(mail.to.name), address },
    subject: headerText(mail.subject),
    messageId: mail.messageId,
    date: mail.date,
    text: mail.text,
    html: mail.html,
    textEncoding: 'quoted-printable',
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    attachments: mail.attachments.map((attachment) => ({
      filename: headerText(attachment.filename),
      contentType: attachment.contentType,
      content: bufferOf(attachment.content),
    })),
    ...NO_ACCESS,
  }).compile()
  return {
    raw: printMessage(message),
    envelope: { from: from.address, to: [address] },
    messageId: mail.messageId,
    ...NO_ACCESS,
    ...(mail.beforeEnd ? { beforeEnd: mail.beforeEnd } : {}),
  }
}

/** Lets a message through at once, and its end when it may. */
class HeldEnd extends Transform {
  readonly #beforeEnd: () => Promise<void>

  constructor(beforeEnd: () => Promise<void>) {
    super()
    this.#beforeEnd = beforeEnd
  }

  override _transform(chunk: Buffer, _: string, done: (error: null, chunk: Buffer) => void): void {
    done(null, chunk)
  }

  override _flush(done: (error?: Error) => void): void {
    this.#beforeEnd().then(() => done(), done)
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Servers repeat the recipient in their refusals; the outbox keeps it in one column only. */
function withoutAddress(delivery: Delivery, address: string): Delivery {
  return { ...delivery, answer: delivery.answer.replaceAll(address, '<destinatario>') }
}
