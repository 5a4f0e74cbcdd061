import { spawn } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { queueState } from '#src/outbox/queue-store.ts'
import { note, queue } from '#tests/outbox/outbox.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { temporaryFolder } from '#tests/support/databases.ts'

const MAILS = 600
const ROUNDS = 8
const WORKER = path.join(import.meta.dirname, 'worker-process.ts')
const PAST_EVERY_LEASE_MS = 6 * 60_000

test.each([1, 8])(
  'loses nothing when killed while sending over %i connections',
  async (slots) => {
    const file = `sqlite:${path.join(temporaryFolder(), 'portal.db')}`
    const db = openDb(file)
    await migrate(db)
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
    const kills = ROUNDS
    for (let round = ROUNDS + 1; (await leftOver()) > 0; round += 1) {
      const settled = async () => (await leftOver()) === 0
      await runWorker(round, settled, 3_000)
    }
    const ids = new Set(sink.received.map(({ messageId }) => messageId))
    const repeats = sink.received.length - ids.size
    process.stderr.write(
      `${slots} connections: ${kills} kills, ${lost} answers lost, ${repeats} repeats\n`,
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
      const args = [WORKER, file, sink.url, String(slots), String(ahead)]
      const worker = spawn(process.execPath, args, { stdio: 'inherit' })
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      const deadline = Date.now() + timeout
      while (!(await condition()) && Date.now() < deadline && worker.exitCode === null) {
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      worker.kill('SIGKILL')
      await ended
    }
  },
  180_000,
)
