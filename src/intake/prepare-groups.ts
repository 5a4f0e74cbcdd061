import os from 'node:os'
import type { Db } from '../db/open.ts'
import type { Policy } from '../policy/policy.ts'
import { chooseDictionary } from '../receipts/documents/choose-dictionary.ts'
import type { Dictionary } from '../receipts/documents/stored-document.ts'
import { dayOf } from '../values/day.ts'
import type { PreparationRules, PreparedFile } from './preparation/prepare-file.ts'
import { PreparePool } from './preparation/prepare-pool.ts'
import { SourceReader } from './sources/read-source.ts'
import type { Source } from './sources/source.ts'

/** What reading and judging files needs of the world. */
export interface PrepareNeeds {
  db: Db
  /** The RUCs whose documents are taken; empty takes any. */
  issuers: readonly string[]
  /** Certificates in PEM, from which those of signers must come; none: that is not asked. */
  authorities?: readonly string[]
  policy: { intake: Pick<Policy['intake'], 'refuseBadSignatures'> }
  now: () => Date
  /** Threads that read and judge; as many as the machine has cores when absent. */
  threads?: number
}

interface GroupOptions {
  /** `keep` packs the documents for the database; `survey` only looks at them, taxes too. */
  purpose: 'keep' | 'survey'
  /** Files that were through before, and are not read again. */
  skip?: number
}

const GROUP_FILES = 1_000
/** From so many of the first files a choice is made of what to learn from. */
const SAMPLED_FROM = 2_000
const SAMPLES = 100
/** For a handful of files a thread takes longer to start than they take to read. */
const FILES_WITHOUT_THREADS = 24

/**
 * Reads and judges files, and yields them in their order, a thousand at a time. Threads do it, ahead
 * of whoever takes the groups but never by much, so memory does not grow with the number of files.
 */
export async function* prepareGroups(
  sources: AsyncGenerator<Source>,
  needs: PrepareNeeds,
  { purpose, skip = 0 }: GroupOptions,
): AsyncGenerator<PreparedFile[]> {
  for (let passed = 0; passed < skip; passed += 1) await sources.next()
  const first = await take(sources, FILES_WITHOUT_THREADS + 1)
  const few = first.length <= FILES_WITHOUT_THREADS
  const pool = few ? null : new PreparePool(needs.threads ?? os.availableParallelism())
  try {
    first.push(...(await take(sources, SAMPLED_FROM)))
    const now = needs.now()
    const rules: PreparationRules = {
      dictionary: purpose === 'keep' ? await choose(needs.db, first, now) : null,
      issuers: needs.issuers,
      authorities: needs.authorities ?? [],
      today: dayOf(now),
      refuseBadSignatures: needs.policy.intake.refuseBadSignatures,
    }
    const files = pool ? pool.prepare(chain(first, sources), rules) : prepareHere(first, rules)
    yield* inGroups(files)
  } finally {
    await pool?.stop()
  }
}

async function choose(db: Db, first: readonly Source[], now: Date): Promise<Dictionary> {
  return chooseDictionary(db, readSamples(first), now)
}

async function take(sources: AsyncGenerator<Source>, count: number): Promise<Source[]> {
  const taken: Source[] = []
  while (taken.length < count) {
    const next = await sources.next()
    if (next.done) break
    taken.push(next.value)
  }
  return taken
}

async function* prepareHere(
  sources: readonly Source[],
  rules: PreparationRules,
): AsyncGenerator<PreparedFile[]> {
  // Loaded here: what verifies signatures is heavy, and threads have their own.
  const { FilePreparer } = await import('./preparation/prepare-file.ts')
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
    if (group.length < GROUP_FILES) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
