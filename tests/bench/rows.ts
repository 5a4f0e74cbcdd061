import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse'
import { manyRows, plainCsv, ROWS_TODAY } from '#fixtures/intake/rows.ts'
import { readRows } from '#src/intake/rows/read-rows.ts'
import type { Day } from '#src/values/day.ts'
import { median } from './compare.ts'
import { dryRunOfLot } from './rows-lot.ts'

const COUNT = 10_000
const BAD = 300
const ROUNDS = 9
/** Each with a portal and a database of its own. */
const LOT_ROUNDS = 3

/** Seconds to read and judge a file, every check included; throws when it misses a bad row. */
async function judge(file: string): Promise<number> {
  const start = performance.now()
  let [rows, faults] = [0, 0]
  for await (const batch of readRows(file, 'invoice', { today: ROWS_TODAY as Day })) {
    if (!batch.ok) throw new Error(batch.refusal.message)
    for (const receipt of batch.receipts) {
      rows += receipt.rows.length
      faults += receipt.faults.length
    }
  }
  if (rows !== COUNT || faults !== BAD) throw new Error(`${rows} rows, ${faults} faults`)
  return (performance.now() - start) / 1_000
}

/** Seconds that csv-parse alone takes to cut the same file into cells, used as fast as it goes. */
function cut(file: string): Promise<number> {
  const start = performance.now()
  return new Promise((resolve, reject) => {
    let rows = 0
    const parser = fs
      .createReadStream(file, { highWaterMark: 256 * 1024 })
      .pipe(parse({ delimiter: ';' }))
    parser.on('data', () => {
      rows += 1
    })
    parser.on('error', reject)
    parser.on('end', () => {
      if (rows !== COUNT + 1) reject(new Error(`${rows} rows`))
      resolve((performance.now() - start) / 1_000)
    })
  })
}

/**
 * Rows of invoices per second, 300 bad ones in 10,000, against csv-parse alone; they take turns. Then
 * the same file as a lot, from its upload until a portal has read it.
 */
export async function benchRows() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-rows-'))
  try {
    const file = path.join(folder, 'filas.csv')
    const { names, spoiled } = manyRows({ count: COUNT, bad: BAD })
    fs.writeFileSync(file, plainCsv(names, spoiled))
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await judge(file))
      theirs.push(await cut(file))
    }
    const lots: number[] = []
    for (let round = 0; round < LOT_ROUNDS; round += 1) lots.push(await dryRunOfLot(file, BAD))
    return {
      rows: COUNT,
      bytes: fs.statSync(file).size,
      firstRunSeconds: Number((ours[0] ?? 0).toFixed(3)),
      rowsPerSecond: Math.round(COUNT / median(ours)),
      csvParseRowsPerSecond: Math.round(COUNT / median(theirs)),
      ratio: Number(median(theirs.map((seconds, at) => seconds / (ours[at] ?? 1))).toFixed(2)),
      goal: 0.3,
      lotSeconds: Number(median(lots).toFixed(3)),
      lotSecondsGoal: 2,
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
