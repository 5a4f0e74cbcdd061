import fs from 'node:fs'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp, buildMachineDoor } from './app.ts'
import { requireKeyOfChain } from './audit/audit-store.ts'
import type { Context, Log } from './context.ts'
import { migrate } from './db/migrate.ts'
import type { House } from './house.ts'
import { furnishHouse, loadPrints } from './house.ts'
import { createMailWorker } from './outbox/mail-worker.ts'
import { createSmtpTransport } from './outbox/smtp/smtp-transport.ts'
import { WebhookWorker } from './practice/webhooks/webhook-worker.ts'
import { startSchedule } from './schedule.ts'
import { startHeartbeat } from './work/heartbeat.ts'
import { runInThread } from './work/thread.ts'
import { VERSION } from './work/version.ts'

export type Portal = {
  /** Where it listens: `http://127.0.0.1:3000`. */
  address: string
  /** Ends gracefully: requests, mails and jobs under way are finished, nothing new begins. */
  stop(): Promise<void>
}

type StartOptions = {
  logger: FastifyBaseLogger
  extra?: (app: FastifyInstance) => Promise<void>
}

/**
 * Brings the tables up to date and starts what `ROLE` asks for: pages, background work, or both.
 * When it cannot, it closes what it had opened and throws why.
 */
export async function startPortal(context: Context, options: StartOptions): Promise<Portal> {
  const { config, db, log } = context
  const undo: Undo[] = [
    ['tax authority', () => context.sri.close()],
    ['database', () => db.destroy()],
  ]
  try {
    await migrate(db)
    await requireKeyOfChain(db, context.keys.audit)
    await context.live.refresh()
    const stopLooking = context.live.keepFresh()
    undo.unshift(['policy', async () => stopLooking()])
    const house = furnishHouse(context, await loadPrints())
    undo.unshift(['house', house.close])
    const build = config.role === 'worker' ? buildMachineDoor : buildApp
    const app = await build(context, house, { ...options, ...readTls(config.tls) })
    undo.unshift(['door', () => closeDoor(app)])
    const address = await app.listen({ host: config.host, port: config.port })
    const stopWork = config.role === 'web' ? null : startWork(context, house)
    return { address, stop: () => stopAll(undo, stopWork, log) }
  } catch (error) {
    await stopAll(undo, null, log)
    throw error
  }
}

type Undo = [part: string, close: () => Promise<unknown>]

/** A client may take its time to ask or to read; when we stop it has this long. */
const LAST_REQUESTS_MS = 7_000
const SWEEP_MS = 250

/** Lets the requests under way end, and then hangs up on whoever is still at it. */
async function closeDoor(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), LAST_REQUESTS_MS)
  // Browsers keep a connection after their answer, in case they want more.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS)
  try {
    await app.close()
  } finally {
    clearTimeout(cut)
    clearInterval(sweep)
  }
}

/**
 * Pages and work end side by side, then what both stood on, top to bottom. A part that fails to end
 * is logged and keeps no other from ending.
 */
async function stopAll(undo: readonly Undo[], stopWork: Undo[1] | null, log: Log): Promise<void> {
  const end = async ([part, close]: Undo) => {
    try {
      await close()
    } catch (error) {
      log.error({ err: error, part }, 'did not stop well')
    }
  }
  const work = stopWork ? end(['work', stopWork]) : null
  const [door, ...rest] = undo
  await Promise.all([door && end(door), work])
  for (const part of rest) await end(part)
}

const STOP_SECONDS_MAX = 10

/** Ends the process on SIGTERM or SIGINT: 0 when `stop` came to its end, 1 when it failed or hung. */
export function stopOnSignals(stop: () => Promise<unknown>): void {
  let stopping = false
  const end = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_SECONDS_MAX * 1_000).unref()
    stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`El portal no terminó bien: ${error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

const JOBS = new URL('./job-thread.ts', import.meta.url)

function startWork(context: Context, house: House): () => Promise<unknown> {
  const { config, db, keys, log, now, policy, random } = context
  const transport = createSmtpTransport({ url: config.smtpUrl, from: config.mailFrom })
  const worker = createMailWorker({
    db,
    transport,
    composers: house.composers,
    sealKey: keys.seal,
    mailKey: keys.mail,
    get retryHours() {
      return policy.mail.retryHours
    },
    get bulkPerMinute() {
      return policy.mail.bulkPerMinute
    },
    now,
    random,
    log,
  })
  worker.start()
  const webhooks = new WebhookWorker({ ...context, post: house.webhookPost })
  webhooks.start()
  const stopSchedule = startSchedule(context)
  const stopJobs = runInThread(JOBS, config, log)
  const mailDownFor = (at: Date) => worker.serverDownFor(at)
  const stopHeart = startHeartbeat({ db, now, log, version: VERSION, mailDownFor })
  return async () => {
    const stops = [worker.stop(), webhooks.stop(), stopSchedule(), stopJobs(), stopHeart()]
    const ends = await Promise.allSettled(stops)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
}

function readTls(tls: Context['config']['tls']): { tls?: { cert: Buffer; key: Buffer } } {
  if (!tls) return {}
  return { tls: { cert: fs.readFileSync(tls.certFile), key: fs.readFileSync(tls.keyFile) } }
}
