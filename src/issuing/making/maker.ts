import crypto from 'node:crypto'
import os from 'node:os'
import type { Log } from '../../context.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { chooseDictionary } from '../../receipts/documents/choose-dictionary.ts'
import { dayOf } from '../../values/day.ts'
import { Beat } from '../../work/beat.ts'
import { ThreadPool } from '../../work/thread-pool.ts'
import { claimIssuances, type IssuanceRow, isMakingDue } from '../issuance/claim-store.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { listIssuers, pointsOf } from '../issuer/issuer-store.ts'
import type { IssuerRules, MakingRules, MakingTask } from './document-maker.ts'
import { type PackedMade, unpackMade } from './made-batch.ts'
import { settleMade } from './settle-made.ts'
import type { SigningPlan } from './signing.ts'

export interface MakerNeeds {
  readonly db: Db
  readonly now: () => Date
  readonly log: Log
  /** How documents of an issuer are signed; null while that cannot be done, and its own wait. */
  readonly signingOf: (issuer: Issuer) => Promise<SigningPlan | null>
  /** Threads that build and sign; as many as the machine has cores when absent. */
  readonly threads?: number
  /** Documents that are taken up at once; 512 unless told. */
  readonly group?: number
}

/** Makes signed documents of those that have their numbers. Any number may run, in any process. */
export interface Maker {
  start(): void
  wake(): void
  /** Makes everything that is due now; answers how many were taken up. Not while started. */
  runOnce(): Promise<number>
  stop(): Promise<void>
}

const BEAT_MS = 1_000
const LEASE_MS = 120_000
const GROUP = 512
const BATCH = 32
/** While one group is written, the threads work on the next ones. */
const GROUPS_AHEAD = 3
/** After so many groups it is looked again who has something due: few seconds, whoever has much. */
const GROUPS_A_LOOK = 8
/** The SRI refuses what is signed ahead of its own clock. */
const EARLY_MS = 60_000
/** Threads that have nothing to do for so long are let go. */
const IDLE_MS = 60_000

export function createMaker(needs: MakerNeeds): Maker {
  const bench = new Bench(needs)
  const failure = 'issuing not made'
  const beat = new Beat({ pauseMs: BEAT_MS, log: needs.log, failure }, () => bench.drain())
  return {
    start: () => beat.start(),
    wake: () => beat.wake(),
    runOnce: () => bench.drain(),
    stop: async () => {
      bench.stop()
      await beat.stop()
      await bench.close()
    },
  }
}

type MakingPool = ThreadPool<MakingRules, MakingTask, PackedMade>

class Bench {
  readonly #needs: MakerNeeds
  readonly #owner = `${os.hostname()}:${process.pid}:${crypto.randomUUID()}`
  #pool: MakingPool | null = null
  #idle: NodeJS.Timeout | undefined
  #stopping = false

  constructor(needs: MakerNeeds) {
    this.#needs = needs
  }

  stop(): void {
    this.#stopping = true
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#pool?.stop()
    this.#pool = null
  }

  async drain(): Promise<number> {
    const turns = await this.#look()
    if (turns.length === 0) return 0
    try {
      return await this.#drainWith(turns)
    } catch (error) {
      // A thread that died answers nothing any more.
      await this.close()
      throw error
    } finally {
      this.#idle = setTimeout(() => void this.close(), IDLE_MS)
      this.#idle.unref()
    }
  }

  /** Whose documents are made from now on, by their ids, as the threads are told. */
  async #look(): Promise<number[]> {
    const issuers = await this.#ableIssuers()
    if (issuers.length === 0) return []
    const { db, now } = this.#needs
    const dictionary = await chooseDictionary(db, [], now())
    this.#openPool().follow({ issuers, dictionary, today: dayOf(now()) })
    return issuers.map(({ issuer }) => issuer.id)
  }

  async #drainWith(first: number[]): Promise<number> {
    const underWay: Promise<void>[] = []
    let [turns, groups, taken] = [first, 0, 0]
    for (;;) {
      if (groups > 0 && groups % GROUPS_A_LOOK === 0) turns = inTurn(turns, await this.#look())
      const rows = this.#stopping ? [] : await this.#claim(turns)
      if (rows.length === 0) break
      groups += 1
      taken += rows.length
      const group = this.#make(rows, underWay.at(-1) ?? Promise.resolve())
      group.catch(() => undefined)
      underWay.push(group)
      if (underWay.length >= GROUPS_AHEAD) await underWay.shift()
    }
    await Promise.all(underWay)
    return taken
  }

  /** Groups are made side by side and written one behind the other. */
  async #make(rows: readonly IssuanceRow[], before: Promise<void>): Promise<void> {
    const signedAt = new Date(this.#needs.now().getTime() - EARLY_MS).toISOString()
    const tasks = rows.map((row) => taskOf(row, signedAt))
    const pool = this.#openPool()
    const batches: Promise<PackedMade>[] = []
    for (let at = 0; at < tasks.length; at += BATCH) {
      batches.push(pool.run(tasks.slice(at, at + BATCH)))
    }
    const made = (await Promise.all(batches)).flatMap(unpackMade)
    await before
    const byId = new Map(rows.map((row) => [row.id, row]))
    const all = made.flatMap((one) => {
      const row = byId.get(one.issuanceId)
      return row ? [{ row, made: one }] : []
    })
    const { db, now } = this.#needs
    await transaction(db, (tx) => settleMade(tx, this.#owner, all, now()))
  }

  /** Of the next issuer that has something due: who has much keeps nobody waiting. */
  async #claim(turns: number[]): Promise<IssuanceRow[]> {
    const { db } = this.#needs
    const now = this.#needs.now()
    const claim = { owner: this.#owner, until: new Date(now.getTime() + LEASE_MS) }
    for (let turn = turns.length; turn > 0; turn -= 1) {
      const makeOf = turns.shift() ?? 0
      turns.push(makeOf)
      if (!(await isMakingDue(db, makeOf, now))) continue
      const limit = this.#needs.group ?? GROUP
      const work = (tx: Tx) => claimIssuances(tx, { makeOf }, limit, claim, now)
      const rows = await transaction(db, work, 'process')
      if (rows.length > 0) return rows
    }
    return []
  }

  /**
   * Who has something due and can sign, as things are now: legends, certificates and the day may have
   * changed. What is due of the others waits where it is.
   */
  async #ableIssuers(): Promise<IssuerRules[]> {
    const { db, now, signingOf } = this.#needs
    const able: IssuerRules[] = []
    for (const issuer of await listIssuers(db)) {
      if (!(await isMakingDue(db, issuer.id, now()))) continue
      const signing = await signingOf(issuer)
      if (signing === null) continue
      const points = await pointsOf(db, issuer.id)
      const addresses = Object.fromEntries(
        points.map(({ establishment, address }) => [establishment, address]),
      )
      able.push({ issuer, addresses, signing })
    }
    return able
  }

  #openPool(): MakingPool {
    clearTimeout(this.#idle)
    this.#pool ??= new ThreadPool(
      new URL('./make-worker.ts', import.meta.url),
      this.#needs.threads ?? os.availableParallelism(),
    )
    return this.#pool
  }
}

/** Those who are able now: who comes new before who had turns, and these as they stood. */
function inTurn(before: readonly number[], able: readonly number[]): number[] {
  return [...able.filter((id) => !before.includes(id)), ...before.filter((id) => able.includes(id))]
}

function taskOf(row: IssuanceRow, signedAt: string): MakingTask {
  return {
    issuanceId: row.id,
    issuerId: row.issuer_id,
    draft: row.draft,
    isFee: row.is_fee === 1,
    environment: row.environment,
    establishment: row.establishment,
    point: row.point,
    sequence: row.sequence,
    accessKey: row.access_key,
    signedAt,
  }
}
