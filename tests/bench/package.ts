import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import yazl from 'yazl'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import type { Day } from '#src/values/day.ts'
import { deriveKeys } from '#src/values/keys.ts'

const RECEIPTS = 12_000
const CLIENTS = 50
const MONTH = { lastDay: '2026-10-31' as Day, days: 30 }
const GOALS = { ready: 0.9, memoryMb: 64, drawn: 0.8 }

/** What a process of this bench is told to do. */
export interface PackageOrder {
  /**
   * `yazl`: the bare stream; `ready`: our package of the same bytes; `drawn`: with the PDFs drawn on
   * the way; `merged`: with one PDF of them all; `rides`: as many PDFs, and no package.
   */
  what: 'yazl' | 'ready' | 'drawn' | 'merged' | 'rides'
  folder: string
  /** About how many: whole clients, the smallest first. */
  receipts: number
}

export interface PackageFigures {
  seconds: number
  bytes: number
  sha256: string
  peakMb: number
  firstByteMs: number
  receipts: number
}

/**
 * A month of 12,000 receipts of 50 clients as one package, each way in a process of its own: time,
 * memory above what it began with, and bytes a second, against a bare ZIP stream of the same files;
 * and what packages of several sizes hold in memory while their PDFs are drawn.
 */
export async function benchPackage(drawnSizes: readonly number[]) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-package-'))
  try {
    await fill(folder)
    const run = (what: PackageOrder['what']) => measured({ what, folder, receipts: RECEIPTS })
    const rides = await run('rides')
    const bare = await run('yazl')
    const ready = await run('ready')
    const drawn = await run('drawn')
    const again = await run('drawn')
    return {
      receipts: RECEIPTS,
      clients: CLIENTS,
      bare: figures(bare),
      ready: {
        ...figures(ready),
        ratio: round(bytesASecond(ready) / bytesASecond(bare)),
        goal: GOALS.ready,
        memoryAboveMb: round(ready.peakMb),
        memoryGoalMb: GOALS.memoryMb,
      },
      drawn: {
        ...figures(drawn),
        ridesPerSecondTwoThreads: round(rides.receipts / rides.seconds),
        ratio: round(drawn.receipts / drawn.seconds / (rides.receipts / rides.seconds)),
        goal: GOALS.drawn,
      },
      memoryBySize: {
        drawn: await peaksOf('drawn', drawnSizes, folder),
        merged: await peaksOf('merged', drawnSizes, folder),
      },
      sameBytes: drawn.sha256 === again.sha256 && drawn.sha256 !== '',
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Memory that does not grow with the package is about the same at each size. */
async function peaksOf(what: 'drawn' | 'merged', sizes: readonly number[], folder: string) {
  const peaks: { receipts: number; seconds: number; peakAboveMb: number }[] = []
  for (const size of sizes) {
    const { receipts, seconds, peakMb } = await measured({ what, folder, receipts: size })
    peaks.push({ receipts, seconds: round(seconds), peakAboveMb: round(peakMb) })
  }
  return peaks
}

function figures({ seconds, bytes, firstByteMs, peakMb, receipts }: PackageFigures) {
  return {
    seconds: round(seconds),
    mb: round(bytes / 1e6),
    mbPerSecond: round(bytes / seconds / 1e6),
    perSecond: Math.round(receipts / seconds),
    firstByteMs: Math.round(firstByteMs),
    peakAboveMb: round(peakMb),
  }
}

const bytesASecond = ({ bytes, seconds }: PackageFigures) => bytes / seconds
const round = (value: number) => Number(value.toFixed(2))

/** A database with the receipts, every client's all in one month and all of one accountant's firm. */
async function fill(folder: string): Promise<void> {
  const db = openDb(`sqlite:${path.join(folder, 'portal.db')}`)
  await migrate(db)
  const source = path.join(folder, 'xml')
  fs.mkdirSync(source)
  for (const { name, xml } of manyReceipts({
    count: RECEIPTS,
    people: CLIENTS,
    seed: 5,
    ...MONTH,
  })) {
    fs.writeFileSync(path.join(source, name), xml)
  }
  const keys = deriveKeys(Buffer.alloc(32, 7))
  const needs = { db, keys, policy: amazonas, issuers: [], now: () => new Date() }
  await loadFiles([source], { ...needs, onItem: () => undefined })
  await db.destroy()
  fs.rmSync(source, { recursive: true })
}

async function measured(order: PackageOrder): Promise<PackageFigures> {
  const child = fork(fileURLToPath(new URL('package-process.ts', import.meta.url)), {
    execArgv: ['--expose-gc', '--no-warnings'],
  })
  child.send(order)
  const [answer] = (await once(child, 'message')) as [PackageFigures]
  await once(child, 'exit')
  return answer
}

/** The bare stream: yazl, its files in memory, to a file on the disk. */
export async function streamBare(
  files: Iterable<{ name: string; bytes: Buffer; compress: boolean }>,
  target: string,
): Promise<number> {
  const zip = new yazl.ZipFile()
  const out = fs.createWriteStream(target)
  const done = once(out, 'close')
  let first = 0
  const began = performance.now()
  zip.outputStream.once('data', () => {
    first = performance.now() - began
  })
  zip.outputStream.pipe(out)
  for (const { name, bytes, compress } of files) {
    zip.addBuffer(bytes, name, { compress, mtime: new Date('2026-11-01T12:00:00Z') })
    if (out.writableNeedDrain) await once(out, 'drain')
  }
  zip.end()
  await done
  return first
}
