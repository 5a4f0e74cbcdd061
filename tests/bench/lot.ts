import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import type { LotStatus } from '#src/db/tables/intake.ts'
import { transaction } from '#src/db/transaction.ts'
import { READ_LOT } from '#src/intake/lots/dry-run/read-lot.ts'
import { addLot, lotById } from '#src/intake/lots/lot-store.ts'
import { beginPublishing, PUBLISH_LOT } from '#src/intake/lots/publish-lot.ts'
import { deriveKeys } from '#src/values/keys.ts'
import { addJob, lastJobOf } from '#src/work/job-store.ts'
import type { ListWorld } from './list-world.ts'
import { inListWorld } from './list-world.ts'
import { runApart } from './load.ts'

/** Below what one ZIP may hold: the fixtures' ZIPs have some empty entries as well. */
const ZIP_DOCUMENTS = 25_000
const ZIPS = 4
const PACE = { seconds: 30, perSecond: 50 }
const SECONDS_MAX = 900
const LOOK_MS = 200

/**
 * A lot of a hundred thousand receipts, read and then published by the portal's own thread while
 * fifty pages a second are asked of the same process: documents a second, what a visitor waits, memory.
 * Then the very rows that publishing added are written by themselves into a copy of the database as it
 * was before, when nobody asks for a page any more (which is in their favour).
 */
export function benchLot(total: number, kept: string | undefined) {
  return inListWorld(
    total,
    kept,
    async (world) => {
      const { DATABASE_URL, DATA_DIR = '', ENCRYPTION_KEY = '' } = world.env
      const portal = path.join(DATA_DIR, 'portal.db')
      const db = openDb(DATABASE_URL ?? `sqlite:${portal}`)
      // Others in each run: a kept database has those of the runs before.
      const folder = `bench-${Date.now()}`
      const files = await bringFiles(path.join(DATA_DIR, 'lots', folder))
      const url = `${world.address}/comprobantes`
      await world.shoot(url, world.crowd, { ...PACE, seconds: 5 })
      const quiet = await world.shoot(url, world.crowd, PACE)
      const lotId = await addRead(db, folder, files)
      const read = await shootUntil(world, url, db, lotId, 'ready')
      const { audit } = deriveKeys(Buffer.from(ENCRYPTION_KEY, 'hex'))
      const lot = await lotById(db, lotId)
      if (lot.summary?.outcomes.new !== ZIP_DOCUMENTS * ZIPS)
        throw new Error('Not every receipt was read')
      const { id: clerk } = await db
        .selectFrom('login')
        .select('id')
        .limit(1)
        .executeTakeFirstOrThrow()
      const before = await copyOf(portal)
      await transaction(db, (tx) => beginPublishing(tx, { audit }, lot, clerk, new Date()))
      const published = await shootUntil(world, url, db, lotId, 'published')
      await db.destroy()
      const rawInsertsPerSecond = await writeAgain(before, portal)
      return {
        receiptsInDatabase: total,
        documents: ZIP_DOCUMENTS * ZIPS,
        quiet,
        read,
        published,
        rawInsertsPerSecond,
        publishedToRaw: Number((published.documentsPerSecond / rawInsertsPerSecond).toFixed(2)),
      }
    },
    { BENCH_JOBS: '1' },
  )
}

/** The database as it is now, beside it. */
async function copyOf(database: string): Promise<string> {
  const copy = `${database}.before`
  const connection = openSqliteFile(database, { readonly: true })
  await connection.backup(copy)
  connection.close()
  return copy
}

/** Writes into a copy what came to its database since, and throws the copy away; receipts a second. */
async function writeAgain(copy: string, database: string): Promise<number> {
  try {
    const { documents, seconds } = await runApart('raw', copy, database)
    if (documents !== ZIP_DOCUMENTS * ZIPS) throw new Error('Not every receipt was written')
    return Math.round(documents / seconds)
  } finally {
    for (const suffix of ['', '-wal', '-shm']) fs.rmSync(copy + suffix, { force: true })
  }
}

async function bringFiles(folder: string) {
  fs.mkdirSync(folder, { recursive: true })
  const first = (Math.floor(Date.now() / 1_000) * ZIPS) % 100_000_000
  const files = []
  for (let at = 0; at < ZIPS; at += 1) {
    const stored = `${first + at}.zip`
    const receipts = manyReceipts({ count: ZIP_DOCUMENTS, people: 20_000, seed: first + at })
    await writeZip(path.join(folder, stored), receipts)
    const bytes = fs.readFileSync(path.join(folder, stored))
    files.push({ name: stored, bytes: bytes.length, sha256: sha256(bytes), stored })
  }
  return files
}

function sha256(bytes: Uint8Array): string {
  return crypto.createHash('sha256').update(bytes).digest('hex')
}

async function addRead(
  db: Db,
  folder: string,
  files: Awaited<ReturnType<typeof bringFiles>>,
): Promise<number> {
  const now = new Date()
  return transaction(db, async (tx) => {
    const lot = { kind: 'documents', documentKind: null, status: 'reading' } as const
    const id = await addLot(tx, { ...lot, folder, loadedBy: null, files }, now)
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint: null, createdBy: null }
    await addJob(tx, job, now)
    return id
  })
}

/** Throws when the lot will never get where it is waited for. */
async function failIfStuck(db: Db, lotId: number): Promise<void> {
  const job = await lastJobOf(db, lotId, [READ_LOT, PUBLISH_LOT])
  if (job?.status === 'failed') throw new Error(`The lot is stuck: ${job.problem}`)
}

async function shootUntil(
  { shoot, crowd, figures }: ListWorld,
  url: string,
  db: Db,
  lotId: number,
  status: LotStatus,
) {
  const started = performance.now()
  let seconds = 0
  let peakRssMb = 0
  const until = (async () => {
    for (;;) {
      const lot = await lotById(db, lotId)
      if (lot.status === status) break
      await failIfStuck(db, lotId)
      await pause(LOOK_MS)
    }
    seconds = (performance.now() - started) / 1_000
  })()
  const pages = await shoot(url, crowd, { ...PACE, seconds: SECONDS_MAX, until })
  await until
  peakRssMb = (await figures()).rssMb
  return {
    documentsPerSecond: Math.round((ZIP_DOCUMENTS * ZIPS) / seconds),
    seconds,
    pages,
    peakRssMb,
  }
}
