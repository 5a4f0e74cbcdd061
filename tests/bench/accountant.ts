import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import type { ReceiptScope } from '#src/receipts/scope/scope.ts'
import { totalsOf } from '#src/receipts/search/owned-store.ts'
import { receiptsOf } from '#src/receipts/search/page-store.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { sumsOf } from '#src/receipts/search/sums-store.ts'
import { addDays, dayOf } from '#src/values/day.ts'
import { fillCrowd } from './crowd.ts'

const CLIENTS = 200
const RUNS = 300
/** Through all of something that is no list given by the statement itself. */
const SCAN = /^SCAN (?!json_each\b|\()/

/**
 * A month of 200 clients of an accountant among `total` receipts: the page, its totals and the sums
 * by client and kind, against the bare covering query by turns, with the plan of each statement.
 */
export async function benchAccountant(total: number, kept: string | undefined) {
  const folder = kept ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bench-accountant-'))
  const file = path.join(folder, 'portal.db')
  if (!fs.existsSync(file)) await fill(file, total)
  const db = openDb(`sqlite:${file}`)
  const raw = openSqliteFile(file)
  try {
    const today = dayOf(new Date())
    const filter = { ...noFilter, from: addDays(today, -30), to: today }
    const scope = scopeOf(raw)
    const parties = JSON.stringify(scope.map(({ partyId }) => partyId))
    const covering = raw.prepare(`select party_id, kind, count(*), sum(total_cents)
      from receipt_owner where party_id in (select value from json_each(?))
      and issued_on >= ? and issued_on <= ? group by party_id, kind`)
    const page = { order: '-fecha' as const, cursor: null, size: 50 }
    const ours = {
      page: () => receiptsOf(db, scope, filter, page),
      totals: () => totalsOf(db, scope, filter),
      sums: () => sumsOf(db, scope, filter),
    }
    const asked = {
      covering: async () => covering.all(parties, filter.from, filter.to),
      ...ours,
    }
    const times: Record<string, number[]> = {}
    for (let run = 0; run < RUNS; run += 1) {
      for (const [name, ask] of Object.entries(asked)) {
        const start = performance.now()
        await ask()
        times[name] = [...(times[name] ?? []), performance.now() - start]
      }
    }
    const found = Object.fromEntries(Object.entries(times).map(([name, ms]) => [name, spread(ms)]))
    const bare = found['covering']?.p50Ms ?? 0
    const ratios = Object.fromEntries(
      Object.entries(found).map(([name, { p50Ms }]) => [name, bare / p50Ms]),
    )
    return {
      receiptsInDatabase: total,
      clients: CLIENTS,
      found,
      ratios,
      ...(await plansOf(db, ours)),
    }
  } finally {
    raw.close()
    await db.destroy()
    if (kept === undefined) fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(file: string, total: number): Promise<void> {
  const db = openDb(`sqlite:${file}`)
  await migrate(db)
  await db.destroy()
  const raw = openSqliteFile(file)
  fillCrowd(raw, total, new Date())
  raw.close()
}

/** The measured customers and others of the crowd, all of what they have. */
function scopeOf(raw: ReturnType<typeof openSqliteFile>): ReceiptScope {
  const rows = raw.prepare('select id from party order by id limit ?').all(CLIENTS) as {
    id: number
  }[]
  return rows.map(({ id }) => {
    return { partyId: id, from: null, to: null, kinds: [], recipient: null, grantId: id }
  })
}

/** How the database goes about each statement of what is asked, and where it walks through all of a table. */
async function plansOf(
  db: ReturnType<typeof openDb>,
  asked: Readonly<Record<string, () => Promise<unknown>>>,
) {
  const plans: Record<string, string[]> = {}
  const { executeQuery } = db
  for (const [name, ask] of Object.entries(asked)) {
    const statements: string[] = []
    db.executeQuery = (query) => {
      if ('sql' in query) statements.push(query.sql)
      return executeQuery.call(db, query) as never
    }
    await ask()
    db.executeQuery = executeQuery
    const steps: string[] = []
    for (const statement of statements) steps.push(...(await explained(db, statement)))
    plans[name] = steps
  }
  const scans = Object.entries(plans).flatMap(([name, steps]) =>
    steps.filter((step) => SCAN.test(step)).map((step) => `${name}: ${step}`),
  )
  return { plans, scans }
}

async function explained(db: ReturnType<typeof openDb>, statement: string): Promise<string[]> {
  const { rows } = await db.executeQuery<{ detail: string }>({
    sql: `explain query plan ${statement.replaceAll('?', 'null')}`,
    parameters: [],
    query: { kind: 'RawNode' },
  } as never)
  return rows.map(({ detail }) => detail)
}

function spread(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0
  return { p50Ms: at(0.5), p99Ms: at(0.99) }
}
