import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { manyPeople, manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Context } from '#src/context.ts'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { READ_LOT } from '#src/intake/lots/dry-run/read-lot.ts'
import { addLot, lotById } from '#src/intake/lots/lot-store.ts'
import { beginPublishing } from '#src/intake/lots/publish-lot.ts'
import { beginWithdrawal } from '#src/intake/lots/withdraw-lot.ts'
import { addJob } from '#src/work/job-store.ts'
import { registerEverybody } from '#tests/identity/register-everybody.ts'
import { receiptsTold } from '#tests/receipts/support/receipts-told.ts'
import { openSession } from '#tests/receipts/support/signed-in.ts'
import { makeServerDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { openPortal, stoppedClock, testContext } from '#tests/support/portal.ts'

/** A hundred thousand take some twenty minutes. */
const COUNT = Number(process.env['LOT_DOCUMENTS'] ?? 6_500)
const ZIP_DOCUMENTS = 25_000
const PEOPLE = 300
const PROCESS = path.join(import.meta.dirname, 'work-process.ts')
/** A worker lives this long at most. */
const LIFE_MS = Math.min(8_000, COUNT / 3)
const TIMEOUT_MS = 300_000 + COUNT * 20
const SERVER = process.env['TEST_DATABASE_URL'] ?? ''

describe('a lot whose worker is killed again and again', { timeout: TIMEOUT_MS }, () => {
  test('at twenty moments, on SQLite', async () => {
    const url = `sqlite:${path.join(temporaryFolder(), 'portal.db')}`
    await liveThrough(url, { reading: 6, publishing: 8, withdrawing: 6 })
  })

  test('at seven moments, on a PostgreSQL server', async (context) => {
    if (!SERVER) context.skip('TEST_DATABASE_URL names no server, and PGlite lives in one process')
    const url = await makeServerDatabase(SERVER)
    await liveThrough(url, { reading: 2, publishing: 3, withdrawing: 2 })
  })
})

interface Kills {
  readonly reading: number
  readonly publishing: number
  readonly withdrawing: number
}

async function liveThrough(url: string, kills: Kills): Promise<void> {
  const db = openDb(url)
  onTestFinished(() => db.destroy())
  await migrate(db)
  const context = testContext(db, stoppedClock(new Date()))
  const lotId = await bringLot(context)
  const clerk = await addClerk(context)

  await workKilled(context, url, kills.reading)
  const read = await lotById(db, lotId)
  expect(read.summary?.outcomes).toEqual({ new: COUNT })
  expect(await count(context, 'receipt')).toBe(0)

  await registerEverybody(db, manyPeople(PEOPLE))
  const publish = (now: Date) =>
    transaction(db, (tx) => beginPublishing(tx, context.keys, read, clerk, now))
  expect(await publish(context.now())).toBe(true)
  const published = workKilled(context, url, kills.publishing)
  const seen = await searchUntil(context, published)
  expect(seen.statuses).toEqual([200])
  // What somebody has seen is there to stay, and in the end it is everything.
  expect(seen.counts).toEqual(seen.counts.toSorted((one, other) => one - other))
  expect(seen.owned).toBeGreaterThan(0)
  expect(seen.counts.at(-1)).toBe(seen.owned)
  expect(await count(context, 'receipt')).toBe(COUNT)
  expect(await count(context, 'receipt_owner')).toBe(COUNT)
  expect(await itemsOf(context)).toEqual({ loaded: COUNT })
  // One mail for each receipt of somebody registered, and no receipt with two.
  const mails = await db.selectFrom('mail').select('receipt_id').execute()
  expect(new Set(mails.map(({ receipt_id }) => receipt_id)).size).toBe(mails.length)
  expect(mails.length).toBe(COUNT)
  expect(await faults(context)).toEqual([])

  const lot = await lotById(db, lotId)
  await transaction(db, (tx) => beginWithdrawal(tx, context.keys, lot, clerk, context.now()))
  await workKilled(context, url, kills.withdrawing)
  expect(await count(context, 'receipt')).toBe(0)
  expect(await count(context, 'mail')).toBe(0)
  expect(await itemsOf(context)).toEqual({ withdrawn: COUNT })
  expect((await lotById(db, lotId)).status).toBe('withdrawn')
  expect(await faults(context)).toEqual([])
}

/** A lot of as many ZIPs as it takes, as an upload leaves them. */
async function bringLot({ config, db, now }: Context): Promise<number> {
  const folder = path.join(config.dataDir, 'lots', 'a')
  fs.mkdirSync(folder, { recursive: true })
  const files: { name: string; bytes: number; sha256: string; stored: string }[] = []
  for (let left = COUNT; left > 0; left -= ZIP_DOCUMENTS) {
    const stored = `${files.length + 1}`
    const part = { count: Math.min(left, ZIP_DOCUMENTS), people: PEOPLE, seed: 30 + files.length }
    await writeZip(path.join(folder, stored), manyReceipts(part))
    const bytes = fs.readFileSync(path.join(folder, stored))
    const sha256 = crypto.createHash('sha256').update(bytes).digest('hex')
    files.push({ name: `muchos-${stored}.zip`, bytes: bytes.length, sha256, stored })
  }
  return transaction(db, async (tx) => {
    const lot = {
      kind: 'documents',
      documentKind: null,
      status: 'reading',
      folder: 'a',
      loadedBy: null,
    } as const
    const id = await addLot(tx, { ...lot, files }, now())
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint: null, createdBy: null }
    await addJob(tx, job, now())
    return id
  })
}

async function addClerk({ db }: Context): Promise<number> {
  const clerk = {
    username: 'diego',
    display_name: 'Diego',
    role: 'loader' as const,
    party_id: null,
  }
  const { id } = await db
    .insertInto('login')
    .values({ ...clerk, created_at: '2026-11-01T00:00:00.000Z' })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** One of them looks at the list for as long as that takes, and once when it is over. */
async function searchUntil({ db }: Context, over: Promise<void>) {
  const portal = await openPortal({ db, start: new Date() })
  const who = await db
    .selectFrom('login')
    .select(['id', 'party_id'])
    .where('role', '=', 'customer')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { browser } = await openSession(portal, { loginId: who.id, partyId: who.party_id })
  const statuses = new Set<number>()
  const counts: number[] = []
  const look = async () => {
    const { body, statusCode } = await browser.get('/comprobantes?periodo=rango')
    statuses.add(statusCode)
    counts.push(receiptsTold(body))
  }
  let isOver = false
  const ended = over.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await look()
    await pause(100)
  }
  await ended
  await look()
  const owned = await db
    .selectFrom('receipt_owner')
    .select('receipt_id')
    .where('party_id', '=', who.party_id)
    .execute()
  return { statuses: [...statuses], counts, owned: owned.length }
}

/** Starts workers and kills them, each at a moment of its own, and lets the last one end. */
async function workKilled({ config }: Context, url: string, kills: number): Promise<void> {
  const env = {
    ...process.env,
    DATABASE_URL: url,
    DATA_DIR: config.dataDir,
    ENCRYPTION_KEY: config.encryptionKey.toString('hex'),
  }
  for (let round = 0; round <= kills; round += 1) {
    const child = spawn(process.execPath, [PROCESS], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (text) => {
      errors += text
    })
    const ended = once(child, 'exit')
    if (round < kills) {
      await once(child.stdout, 'data')
      await pause(Math.random() * LIFE_MS)
      child.kill('SIGKILL')
    }
    const [code] = await ended
    if (round === kills) expect([code, errors]).toEqual([0, ''])
    // What the killed one held lapses.
    await pause(1_100)
  }
}

async function count(
  { db }: Context,
  table: 'receipt' | 'receipt_owner' | 'mail',
): Promise<number> {
  const { rows } = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

async function itemsOf({ db }: Context): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('lot_item')
    .groupBy('outcome')
    .select(({ fn }) => ['outcome', fn.countAll<number>().as('count')])
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count: many }) => [outcome, Number(many)]))
}

async function faults(context: Context): Promise<string[]> {
  const { checks } = await verify(context)
  return checks.flatMap(({ problems }) => problems)
}
