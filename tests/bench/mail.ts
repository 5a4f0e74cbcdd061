import { fork } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import nodemailer from 'nodemailer'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import type { ComposedMail, Composers } from '#src/outbox/mail.ts'
import { createMailWorker } from '#src/outbox/mail-worker.ts'
import { mailsIn } from '#src/outbox/queue-store.ts'
import { createSmtpTransport } from '#src/outbox/smtp/smtp-transport.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { receiptComposers } from '#src/receipts/mail.ts'
import type { RidePool } from '#src/ride/ride-pool.ts'
import { createRidePool } from '#src/ride/ride-pool.ts'
import type { Day } from '#src/values/day.ts'
import { deriveKeys } from '#src/values/keys.ts'
import { loadAssets } from '#src/web/pages/assets.ts'
import { loadTemplates } from '#src/web/pages/render.ts'
import { load, NOW, register } from '#tests/receipts/alert-world.ts'

const MAILS = 1_000
const ROUNDS = 3
const CONNECTIONS = 8
const SENDER = 'Banco Ceibo <avisos@bancoceibo.example>'
const SERVICES = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]

export interface MailBench {
  /** Alerts from the outbox to the server: claimed, composed, drawn, sent, noted. */
  perSecond: number
  /** nodemailer, pooled, sending the same mail ready made to the same server. */
  base: number
  ratio: number
  /** The outbox with the PDFs ready made, to tell its own cost from the drawing. */
  perSecondWithoutDrawing: number
  bytesAMail: number
}

/** Median of three rounds, the two taking turns, so that a noisy machine disturbs both alike. */
export async function benchMail(): Promise<MailBench> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-mail-'))
  const sink = await openSinkProcess()
  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  const ridePool = createRidePool({ size: os.availableParallelism() })
  try {
    await migrate(db)
    await fill(db)
    const composers = await composersOf(ridePool)
    const sample = await composeFirst(db, composers)
    const ready = await composersOf(readyPool(sample))
    const rounds = { outbox: [] as number[], base: [] as number[], ready: [] as number[] }
    for (let round = 0; round <= ROUNDS; round += 1) {
      const base = await sendBare(sink.url, sample)
      const outbox = await sendOutbox(db, sink.url, composers)
      const undrawn = await sendOutbox(db, sink.url, ready)
      if (round === 0) continue
      rounds.base.push(base)
      rounds.outbox.push(outbox)
      rounds.ready.push(undrawn)
    }
    const [perSecond, base] = [median(rounds.outbox), median(rounds.base)]
    const bytesAMail = sample.attachments.reduce((sum, { content }) => sum + content.byteLength, 0)
    const perSecondWithoutDrawing = median(rounds.ready)
    return { perSecond, base, ratio: perSecond / base, perSecondWithoutDrawing, bytesAMail }
  } finally {
    sink.close()
    await ridePool.close()
    await db.destroy()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(db: Db): Promise<void> {
  await register(db, maria)
  const bills = Array.from({ length: MAILS }, (_, at) =>
    invoice({ day: '2026-11-16' as Day, series: '001-002', sequence: at + 1 }, maria, SERVICES),
  )
  await load(db, bills)
}

async function composersOf(ridePool: Pick<RidePool, 'draw'>): Promise<Composers> {
  const templates = loadTemplates(await loadAssets())
  const publicUrl = 'https://portal.bancoceibo.example'
  return new Map(receiptComposers({ templates, ridePool, brand: amazonas.brand, publicUrl }))
}

async function composeFirst(db: Db, composers: Composers): Promise<ComposedMail> {
  const [mail] = await mailsIn(db, 'pending', { limit: 1 })
  const composed = mail && (await composers.get(mail.reason)?.(db, {}, mail))
  if (!composed) throw new Error('Nothing to send')
  return composed
}

function readyPool(sample: ComposedMail): Pick<RidePool, 'draw'> {
  const pdf = sample.attachments[0]?.content ?? new Uint8Array()
  return { draw: async () => ({ ok: true, pdf }) }
}

/** Mails a second. */
async function sendOutbox(db: Db, url: string, composers: Composers): Promise<number> {
  await db
    .updateTable('mail')
    .set({ status: 'pending', next_attempt_at: NOW.toISOString() })
    .execute()
  const worker = createMailWorker({
    db,
    transport: createSmtpTransport({ url, from: SENDER, connections: CONNECTIONS }),
    composers,
    sealKey: deriveKeys(Buffer.alloc(32)).seal,
    mailKey: deriveKeys(Buffer.alloc(32)).mail,
    retryHours: 72,
    now: () => NOW,
    random: crypto.randomBytes,
    log: { info() {}, warn() {}, error() {} },
  })
  const started = performance.now()
  const { sent } = await worker.runOnce()
  const seconds = (performance.now() - started) / 1_000
  await worker.stop()
  if (sent !== MAILS) throw new Error(`Sent ${sent} of ${MAILS}`)
  return sent / seconds
}

/** Mails a second, of the mail library alone. */
async function sendBare(url: string, sample: ComposedMail): Promise<number> {
  const { hostname: host, port } = new URL(url)
  const pool = nodemailer.createTransport({
    ...{ host, port: Number(port), pool: true, ignoreTLS: true },
    ...{ maxConnections: CONNECTIONS, maxMessages: Number.POSITIVE_INFINITY },
  })
  const attachments = sample.attachments.map(({ content, ...rest }) => {
    return { ...rest, content: Buffer.from(content) }
  })
  const { subject, html, text } = sample
  const started = performance.now()
  const send = () =>
    pool.sendMail({ from: SENDER, to: maria.email ?? '', subject, html, text, attachments })
  await Promise.all(Array.from({ length: MAILS }, send))
  const seconds = (performance.now() - started) / 1_000
  pool.close()
  return MAILS / seconds
}

async function openSinkProcess(): Promise<{ url: string; close(): void }> {
  const child = fork(path.join(import.meta.dirname, 'mail-sink.ts'))
  const port = await new Promise((resolve) => child.once('message', resolve))
  return { url: `smtp://127.0.0.1:${port}`, close: () => child.disconnect() }
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await benchMail(), null, 2)}\n`)
