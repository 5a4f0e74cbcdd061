import fs from 'node:fs'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { buildApp, buildMachineDoor } from './app.ts'
import type { Context } from './context.ts'
import { migrate } from './db/migrate.ts'
import type { House } from './house.ts'
import { furnishHouse } from './house.ts'
import { createMailWorker } from './outbox/mail-worker.ts'
import { createSmtpTransport } from './outbox/smtp-transport.ts'
import { startSchedule } from './schedule.ts'

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

/** Brings the tables up to date and starts what `ROLE` asks for: pages, background work, or both. */
export async function startPortal(context: Context, options: StartOptions): Promise<Portal> {
  const { config, db } = context
  await migrate(db)
  const house = await furnishHouse(context)
  const stops: (() => Promise<unknown>)[] = []
  const build = config.role === 'worker' ? buildMachineDoor : buildApp
  const app = await build(context, house, { ...options, ...readTls(config.tls) })
  const address = await app.listen({ host: config.host, port: config.port })
  stops.push(() => app.close())
  if (config.role !== 'web') stops.push(await startWork(context, house.composers))
  stops.push(house.close, () => db.destroy())
  const stop = async () => {
    for (const part of stops) await part()
  }
  return { address, stop }
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
        process.stderr.write(`The portal did not stop well: ${error}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

async function startWork(
  context: Context,
  composers: House['composers'],
): Promise<() => Promise<unknown>> {
  const { config, db, keys, log, now, policy, random } = context
  const transport = createSmtpTransport({ url: config.smtpUrl, from: config.mailFrom })
  const worker = createMailWorker({
    db,
    transport,
    composers,
    sealKey: keys.seal,
    retryHours: policy.mail.retryHours,
    now,
    random,
    log,
  })
  worker.start()
  const stopSchedule = startSchedule(context)
  return async () => {
    await Promise.all([worker.stop(), stopSchedule()])
  }
}

function readTls(tls: Context['config']['tls']): { tls?: { cert: Buffer; key: Buffer } } {
  if (!tls) return {}
  return { tls: { cert: fs.readFileSync(tls.certFile), key: fs.readFileSync(tls.keyFile) } }
}
