import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import type { LoadRun } from './load-run.ts'
import { loadNeeds } from './load-run.ts'

export interface LoadFigures {
  documents: number
  meanBytes: number
  documentsPerSecond: number
  rawInsertsPerSecond: number
  /** Ours over raw: the goal is 0.5. */
  ratio: number
  /** The same, in processor time: what is left when the machine does other things besides. */
  microsecondsOfProcessor: { load: number; raw: number }
  /** Of a process that does nothing but load. */
  loadPeakRssMb: number
  bytesPerReceiptOnDisk: number
}

const ROUNDS = 3
const RUN = path.join(import.meta.dirname, 'load-run.ts')

/**
 * Loads `count` authorised documents of a bank in operation (its customers and dictionary are
 * known, and each gets a mail) from one ZIP with all cores, then writes the very same rows into a
 * copy of the same database, one thread, prepared statements, same commits. Each run has a process
 * of its own, as the command has, and counts from opening the database to closing it (raw: from the
 * first row, which is in its favour). Three rounds, taking turns, medians.
 */
export async function benchLoad(count = 10_000, people = 3_000): Promise<LoadFigures> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-load-'))
  const [zip, start, loaded, raw] = ['lote.zip', 'start.db', 'loaded.db', 'raw.db'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string, string]
  try {
    await writeZip(zip, manyReceipts({ count, people, seed: 21 }))
    await bankInOperation(start, path.join(folder, 'before.zip'), people)
    const loads: LoadRun[] = []
    const raws: LoadRun[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      loads.push(await runApart('load', copy(start, loaded), zip))
      raws.push(await runApart('raw', copy(start, raw), loaded))
    }
    if ([...loads, ...raws].some((one) => one.documents !== count)) {
      throw new Error('Not all receipts were written')
    }
    return figures(loads, raws, sizes(loaded, start, count))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

type Sizes = Pick<LoadFigures, 'meanBytes' | 'bytesPerReceiptOnDisk'>

function figures(loads: readonly LoadRun[], raws: readonly LoadRun[], size: Sizes): LoadFigures {
  const ours = median(loads.map((one) => one.documents / one.seconds))
  const raw = median(raws.map((one) => one.documents / one.seconds))
  const processor = (runs: readonly LoadRun[]) =>
    Math.round(median(runs.map((one) => (one.processorSeconds / one.documents) * 1_000_000)))
  return {
    documents: loads[0]?.documents ?? 0,
    documentsPerSecond: Math.round(ours),
    rawInsertsPerSecond: Math.round(raw),
    ratio: Math.round((ours / raw) * 100) / 100,
    microsecondsOfProcessor: { load: processor(loads), raw: processor(raws) },
    loadPeakRssMb: Math.round(median(loads.map((one) => one.peakRssMb))),
    ...size,
  }
}

/** A run in a process of its own. */
export async function runApart(
  kind: 'load' | 'raw',
  database: string,
  file: string,
): Promise<LoadRun> {
  const { stdout } = await promisify(execFile)(process.execPath, [RUN, kind, database, file])
  return JSON.parse(stdout) as LoadRun
}

/** A bank that has loaded before and whose customers have signed in. */
async function bankInOperation(file: string, zip: string, people: number): Promise<void> {
  const db = openDb(`sqlite:${file}`)
  await migrate(db)
  await writeZip(zip, manyReceipts({ count: people * 2, people, seed: 20 }))
  await loadFiles([zip], { db, ...loadNeeds })
  await sql`insert into login (party_id, username, display_name, role, email, created_at)
    select id, 'cliente' || id, name, 'customer', 'cliente' || id || '@correo.example', created_at
    from party`.execute(db)
  await db.destroy()
  const connection = openSqliteFile(file)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
}

function copy(from: string, to: string): string {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(to + suffix, { force: true })
  fs.copyFileSync(from, to)
  return to
}

function sizes(loaded: string, start: string, count: number): Sizes {
  const connection = openSqliteFile(loaded)
  const mean = connection.prepare('select avg(size) from receipt_document').pluck().get()
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  const grown = fs.statSync(loaded).size - fs.statSync(start).size
  return { meanBytes: Math.round(Number(mean)), bytesPerReceiptOnDisk: Math.round(grown / count) }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
