import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import { amazonas } from '#src/policy/amazonas.ts'

export interface LoadFigures {
  documents: number
  meanBytes: number
  documentsPerSecond: number
  rawInsertsPerSecond: number
  /** Ours over raw: the goal is 0.5. */
  ratio: number
  /** The same, in processor time: what is left when the machine does other things besides. */
  microsecondsOfProcessor: { load: number; raw: number }
  peakRssMb: number
  bytesPerReceiptOnDisk: number
}

const COMMIT = 1_000
/** What a load writes, in an order in which it can be written again, and what numbers each row. */
const PARTY_TABLES = [
  ['party', 'id'],
  ['party_identification', 'party_id'],
  ['first_login_window', 'party_id'],
] as const
const RECEIPT_TABLES = [
  ['receipt', 'id'],
  ['receipt_document', 'receipt_id'],
  ['receipt_owner', 'receipt_id'],
  ['mail', 'receipt_id'],
] as const

/**
 * Loads `count` authorised documents of a bank in operation (its customers and dictionary are
 * known, and each gets a mail) from one ZIP with all cores, then writes the
 * very same rows into a copy of the same database, one thread, prepared statements, same commits.
 * Both three times, taking turns, medians.
 */
export async function benchLoad(count = 10_000, people = 3_000): Promise<LoadFigures> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-load-'))
  try {
    const zip = path.join(folder, 'lote.zip')
    await writeZip(zip, manyReceipts({ count, people, seed: 21 }))
    const start = path.join(folder, 'start.db')
    await bankInOperation(start, path.join(folder, 'before.zip'), people)
    const loads: Run[] = []
    const raws: Run[] = []
    for (let round = 0; round < 3; round += 1) {
      const loaded = copy(start, path.join(folder, 'loaded.db'))
      loads.push(await measure(count, () => load(loaded, zip)))
      raws.push(insertAgain(loaded, copy(start, path.join(folder, 'raw.db')), count))
    }
    const loaded = path.join(folder, 'loaded.db')
    const ours = median(loads.map((run) => run.perSecond))
    const raw = median(raws.map((run) => run.perSecond))
    return {
      documents: count,
      meanBytes: Math.round(await meanBytes(loaded)),
      documentsPerSecond: Math.round(ours),
      rawInsertsPerSecond: Math.round(raw),
      ratio: Math.round((ours / raw) * 100) / 100,
      microsecondsOfProcessor: {
        load: Math.round(median(loads.map((run) => run.processor))),
        raw: Math.round(median(raws.map((run) => run.processor))),
      },
      peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      bytesPerReceiptOnDisk: Math.round((fileBytes(loaded) - fileBytes(start)) / count),
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  perSecond: number
  /** Microseconds a document, all threads. */
  processor: number
}

async function measure(count: number, work: () => Promise<unknown>): Promise<Run> {
  const processor = process.cpuUsage()
  const started = performance.now()
  await work()
  return runOf(count, started, processor)
}

function runOf(count: number, started: number, before: NodeJS.CpuUsage): Run {
  const perSecond = count / ((performance.now() - started) / 1000)
  const { user, system } = process.cpuUsage(before)
  return { perSecond, processor: (user + system) / count }
}

/** A bank that has loaded before and whose customers have signed in. */
async function bankInOperation(file: string, zip: string, people: number): Promise<void> {
  const db = openDb(`sqlite:${file}`)
  await migrate(db)
  await writeZip(zip, manyReceipts({ count: people * 2, people, seed: 20 }))
  await loadFiles([zip], needs(db))
  await sql`insert into login (party_id, username, display_name, role, email, created_at)
    select id, 'cliente' || id, name, 'customer', 'cliente' || id || '@correo.example', created_at
    from party`.execute(db)
  await db.destroy()
  const connection = openSqliteFile(file)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
}

function needs(db: Db) {
  return { db, policy: amazonas, issuers: [], now: () => new Date('2026-11-20T15:00:00.000Z') }
}

async function load(file: string, zip: string): Promise<void> {
  const db = openDb(`sqlite:${file}`)
  const { loaded, rejected } = await loadFiles([zip], needs(db))
  await db.destroy()
  if (loaded === 0 || rejected > 0) throw new Error(`loaded ${loaded}, rejected ${rejected}`)
}

/** Takes the rows that the load added and inserts them again, by themselves. */
function insertAgain(loadedFile: string, rawFile: string, count: number): Run {
  const loaded = openSqliteFile(loadedFile)
  const raw = openSqliteFile(rawFile)
  const lastOf = (table: string) =>
    Number(raw.prepare(`select max(id) from ${table}`).pluck().get())
  const rowsOf = ([table, column]: readonly [string, string], after: number, upTo: number) => {
    const query = `select * from ${table} where ${column} > ? and ${column} <= ?`
    const rows = loaded.prepare(query).raw().all(after, upTo) as unknown[][]
    const marks = rows[0]?.map(() => '?').join(',')
    return marks ? [{ statement: raw.prepare(`insert into ${table} values (${marks})`), rows }] : []
  }
  const first = lastOf('receipt')
  const groups = Array.from({ length: Math.ceil(count / COMMIT) }, (_, at) => {
    const from = first + at * COMMIT
    return RECEIPT_TABLES.flatMap((table) => rowsOf(table, from, from + COMMIT))
  })
  const strangers = PARTY_TABLES.flatMap((table) => rowsOf(table, lastOf('party'), 2 ** 40))
  groups[0]?.unshift(...strangers)
  const processor = process.cpuUsage()
  const started = performance.now()
  for (const group of groups) {
    raw.transaction(() => {
      for (const { statement, rows } of group) for (const row of rows) statement.run(row)
    })()
  }
  const run = runOf(count, started, processor)
  if (lastOf('receipt') !== first + count) throw new Error('Not all receipts were written again')
  for (const connection of [loaded, raw]) connection.close()
  return run
}

function copy(from: string, to: string): string {
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(to + suffix, { force: true })
  fs.copyFileSync(from, to)
  return to
}

async function meanBytes(file: string): Promise<number> {
  const connection = openSqliteFile(file)
  const mean = connection.prepare('select avg(size) from receipt_document').pluck().get()
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  return Number(mean)
}

function fileBytes(file: string): number {
  return fs.statSync(file).size
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
