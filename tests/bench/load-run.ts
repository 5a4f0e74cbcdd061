import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import { amazonas } from '#src/policy/amazonas.ts'

/** One run of the bench of loading, in a process of its own: `load-run.ts load|raw DATABASE FILE`. */
export interface LoadRun {
  documents: number
  seconds: number
  /** Of the processor, all threads. */
  processorSeconds: number
  peakRssMb: number
}

const COMMIT = 1_000

/** What a load writes, in an order in which it can be written again, and what numbers each row. */
const PARTY_TABLES = [
  ['party', 'id'],
  ['party_identification', 'party_id'],
  ['first_login_window', 'party_id'],
] as const
const DICTIONARIES = ['document_dictionary', 'id'] as const
const RECEIPT_TABLES = [
  ['receipt', 'id'],
  ['receipt_document', 'receipt_id'],
  ['receipt_owner', 'receipt_id'],
  ['mail', 'receipt_id'],
] as const

/** What a load adds to the days of its receipts' owners, a group at a time. */
const DAYS = `select party_id, issued_on, kind, status, count(*), coalesce(sum(total_cents), 0)
  from receipt_owner where receipt_id > ? and receipt_id <= ? group by 1, 2, 3, 4`
const ADD_TO_DAY = `insert into receipt_day (party_id, issued_on, kind, status, receipts, cents)
  values (?, ?, ?, ?, ?, ?) on conflict (party_id, issued_on, kind, status)
  do update set receipts = receipts + excluded.receipts, cents = cents + excluded.cents`

/** What a load needs besides the database. */
export const loadNeeds = {
  policy: amazonas,
  keys: { audit: Buffer.alloc(32) },
  issuers: [],
  now: () => new Date('2026-11-20T15:00:00.000Z'),
}

/** Loads an archive, from opening the database to closing it. */
async function load(file: string, archive: string): Promise<number> {
  const db = openDb(`sqlite:${file}`)
  const { loaded, rejected } = await loadFiles([archive], { db, ...loadNeeds })
  await db.destroy()
  if (loaded === 0 || rejected > 0) throw new Error(`loaded ${loaded}, rejected ${rejected}`)
  return loaded
}

/** Takes the rows that a load added and inserts them again, by themselves. */
function readAgain(file: string, loadedFile: string): () => Promise<number> {
  const loaded = openSqliteFile(loadedFile, { readonly: true })
  const raw = openSqliteFile(file)
  const last = (from: typeof raw, table: string) =>
    Number(from.prepare(`select max(id) from ${table}`).pluck().get())
  const rowsOf = ([table, column]: readonly [string, string], after: number, upTo: number) => {
    const query = `select * from ${table} where ${column} > ? and ${column} <= ?`
    const rows = loaded.prepare(query).raw().all(after, upTo) as unknown[][]
    const marks = rows[0]?.map(() => '?').join(',')
    return marks ? [{ statement: raw.prepare(`insert into ${table} values (${marks})`), rows }] : []
  }
  const first = last(raw, 'receipt')
  const count = last(loaded, 'receipt') - first
  const groups = Array.from({ length: Math.ceil(count / COMMIT) }, (_, at) => {
    const [after, upTo] = [first + at * COMMIT, first + (at + 1) * COMMIT]
    const days = loaded.prepare(DAYS).raw().all(after, upTo) as unknown[][]
    return [
      ...RECEIPT_TABLES.flatMap((table) => rowsOf(table, after, upTo)),
      { statement: raw.prepare(ADD_TO_DAY), rows: days },
    ]
  })
  groups[0]?.unshift(...PARTY_TABLES.flatMap((table) => rowsOf(table, last(raw, 'party'), 2 ** 40)))
  // The first load of a bank makes one; documents name it.
  groups[0]?.unshift(...rowsOf(DICTIONARIES, last(raw, DICTIONARIES[0]), 2 ** 40))
  loaded.close()
  return async () => {
    for (const group of groups) {
      raw.transaction(() => {
        for (const { statement, rows } of group) for (const row of rows) statement.run(row)
      })()
    }
    raw.close()
    return count
  }
}

async function measure(work: () => Promise<number>): Promise<LoadRun> {
  const before = process.cpuUsage()
  const started = performance.now()
  const documents = await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  const peakRssMb = process.resourceUsage().maxRSS / 1024
  return { documents, seconds, processorSeconds: (user + system) / 1_000_000, peakRssMb }
}

if (process.argv[1] === import.meta.filename) {
  const [kind = '', database = '', file = ''] = process.argv.slice(2)
  const work = kind === 'raw' ? readAgain(database, file) : () => load(database, file)
  process.stdout.write(JSON.stringify(await measure(work)))
}
