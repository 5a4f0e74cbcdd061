import os from 'node:os'
import type { Db } from '../db/open.ts'
import type { Policy } from '../policy/policy.ts'
import { dayOf } from '../values/day.ts'
import type { Keys } from '../values/keys.ts'
import type { LoadedItem, LoadTotals } from './command/load-report.ts'
import { noTotals } from './command/load-report.ts'
import { keepFiles } from './keep-files.ts'
import { chooseDictionary } from './preparation/choose-dictionary.ts'
import type { PreparationRules, PreparedFile } from './preparation/prepare-file.ts'
import { FilePreparer } from './preparation/prepare-file.ts'
import { PreparePool } from './preparation/prepare-pool.ts'
import { SourceReader } from './sources/read-source.ts'
import type { Source } from './sources/source.ts'
import { walkPaths } from './sources/walk-paths.ts'

/** What a load needs of the world. */
interface LoadNeeds {
  db: Db
  policy: Pick<Policy, 'firstLogin'>
  /** The RUCs whose documents are taken; empty takes any. */
  issuers: readonly string[]
  keys: Pick<Keys, 'audit'>
  now: () => Date
  /** Threads that read and judge; as many as the machine has cores when absent. */
  threads?: number
  /**
   * Told of each file, in order, once what became of it is certain; when it answers with a promise
   * the load waits for it before it goes on.
   */
  onItem?: (item: LoadedItem) => unknown
  /** Told how many files are through, after each group. */
  onProgress?: (totals: LoadTotals) => void
}

const COMMIT_FILES = 1_000
/** From so many of the first files a choice is made of what to learn from. */
const SAMPLED_FROM = 2_000
const SAMPLES = 100
/** For a handful of files a thread takes longer to start than they take to read. */
const FILES_WITHOUT_THREADS = 24

/**
 * Loads every receipt under the given paths: files, folders, ZIPs. Threads read and judge, this one
 * writes, a thousand receipts a transaction, so memory does not grow with the load. Killed at any
 * line and started again it completes the rest: what was committed is a duplicate the second time.
 */
export async function loadFiles(paths: readonly string[], needs: LoadNeeds): Promise<LoadTotals> {
  const started = performance.now()
  const walk = walkPaths(paths)
  const first = await take(walk, FILES_WITHOUT_THREADS + 1)
  const few = first.length <= FILES_WITHOUT_THREADS
  const pool = few ? null : new PreparePool(needs.threads ?? os.availableParallelism())
  try {
    first.push(...(await take(walk, SAMPLED_FROM)))
    const now = needs.now()
    const rules: PreparationRules = {
      dictionary: await chooseDictionary(needs.db, readSamples(first), now),
      issuers: needs.issuers,
      today: dayOf(now),
    }
    const prepared = pool ? pool.prepare(chain(first, walk), rules) : prepareHere(first, rules)
    return await keepAll(prepared, needs, started)
  } finally {
    await pool?.stop()
  }
}

/** Writes the prepared files, a group a transaction, and tells of each what became of it. */
async function keepAll(
  prepared: AsyncIterable<PreparedFile[]>,
  needs: LoadNeeds,
  started: number,
): Promise<LoadTotals> {
  const totals = noTotals()
  for await (const group of inGroups(prepared)) {
    for (const item of await keepFiles(group, needs)) {
      totals[item.outcome] += 1
      totals.warnings += item.warnings.length
      const told = needs.onItem?.(item)
      if (told instanceof Promise) await told
    }
    totals.seconds = secondsSince(started)
    needs.onProgress?.({ ...totals })
  }
  totals.seconds = secondsSince(started)
  return totals
}

async function take(walk: AsyncGenerator<Source>, count: number): Promise<Source[]> {
  const taken: Source[] = []
  while (taken.length < count) {
    const next = await walk.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}

async function* prepareHere(
  sources: readonly Source[],
  rules: PreparationRules,
): AsyncGenerator<PreparedFile[]> {
  const preparer = new FilePreparer(rules)
  yield sources.map((source) => preparer.prepare(source))
  preparer.close()
}

/** Documents spread evenly over the first files, to see whether the dictionary still fits. */
function readSamples(sources: readonly Source[]): Uint8Array[] {
  const reader = new SourceReader()
  const samples: Uint8Array[] = []
  const step = Math.max(1, Math.floor(sources.length / SAMPLES))
  for (let at = 0; at < sources.length && samples.length < SAMPLES; at += step) {
    const source = sources[at]
    if (!source || source.kind === 'refused') continue
    const read = reader.read(source)
    if (read.ok && read.bytes.includes('<'.charCodeAt(0))) samples.push(Buffer.from(read.bytes))
  }
  reader.close()
  return samples
}

async function* chain(first: readonly Source[], rest: AsyncIterable<Source>) {
  yield* first
  yield* rest
}

async function* inGroups(batches: AsyncIterable<PreparedFile[]>): AsyncGenerator<PreparedFile[]> {
  let group: PreparedFile[] = []
  for await (const batch of batches) {
    group.push(...batch)
    if (group.length < COMMIT_FILES) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000
}
