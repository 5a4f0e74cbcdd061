import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import path from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { queueState } from '#src/outbox/queue-store.ts'
import { note, queue } from '#tests/outbox/outbox.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { onServer, TEMPLATE_DATABASE, temporaryFolder } from '#tests/support/databases.ts'

const MAILS = 600
const ROUNDS = 8
const WORKER = path.join(import.meta.dirname, 'worker-process.ts')
const PAST_EVERY_LEASE_MS = 6 * 60_000

const SERVER = process.env['TEST_DATABASE_URL']

/** Databases that a second process can open too. */
const CASES = [
  { make: 'SQLite', slots: 1, open: openFile },
  { make: 'SQLite', slots: 8, open: openFile },
  ...(SERVER ? [{ make: 'a PostgreSQL server', slots: 8, open: () => openOnServer(SERVER) }] : []),
]

async function openFile() {
  const url = `sqlite:${path.join(temporaryFolder(), 'portal.db')}`
  const db = openDb(url)
  await migrate(db)
  return { db, url }
}

async function openOnServer(server: string) {
  const name = `kill_${crypto.randomUUID().replaceAll('-', '')}`
  await onServer(server, sql`create database ${sql.id(name)} template ${sql.id(TEMPLATE_DATABASE)}`)
  onTestFinished(() => onServer(server, sql`drop database ${sql.id(name)} with (force)`))
  const own = new URL(server)
  own.pathname = `/${name}`
  return { db: openDb(own.href), url: own.href }
}

test.each(CASES)(
  'loses nothing when killed while sending over $slots connections, on $make',
  async ({ make, open, slots }) => {
    const { db, url } = await open()
    let kills = 0
    let lost = 0
    let taken = 0
    const sink = await openSink({
      onMail: () => {
        taken += 1
        if (taken % 97 !== 0) return null
        lost += 1
        return 'hang-up'
      },
    })
    await queue(
      db,
      Array.from({ length: MAILS }, (_, at) => note(`c${at}`)),
      new Date(),
    )
    for (let round = 1; round <= ROUNDS; round += 1) {
      const enough = sink.received.length + 20 + Math.floor(Math.random() * 40)
      await runWorker(round, () => sink.received.length >= enough)
    }
    for (let round = ROUNDS + 1; (await leftOver()) > 0; round += 1) {
      const settled = async () => (await leftOver()) === 0
      await runWorker(round, settled, 3_000)
    }
    const ids = new Set(sink.received.map(({ messageId }) => messageId))
    const repeats = sink.received.length - ids.size
    process.stderr.write(
      `${make}, ${slots} connections: ${kills} kills, ${lost} answers lost, ${repeats} repeats\n`,
    )
    expect(ids.size).toBe(MAILS)
    expect(repeats).toBeLessThanOrEqual(kills + lost)
    await db.destroy()

    async function leftOver(): Promise<number> {
      const { pending, sending } = await queueState(db, new Date())
      return pending + sending
    }

    /** Lets a worker work until the condition holds or the time is over, and kills it without a word. */
    async function runWorker(
      round: number,
      condition: () => boolean | Promise<boolean>,
      timeout = 30_000,
    ): Promise<void> {
      const ahead = round * PAST_EVERY_LEASE_MS
      const args = [WORKER, url, sink.url, String(slots), String(ahead)]
      const worker = spawn(process.execPath, args, { stdio: 'inherit' })
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      const deadline = Date.now() + timeout
      while (!(await condition()) && Date.now() < deadline && worker.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      worker.kill('SIGKILL')
      kills += 1
      await ended
    }
  },
  180_000,
)
