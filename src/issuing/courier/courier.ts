import crypto from 'node:crypto'
import os from 'node:os'
import type { Log } from '../../context.ts'
import { transaction } from '../../db/transaction.ts'
import { chooseDictionary } from '../../receipts/documents/choose-dictionary.ts'
import {
  createPacker,
  DamagedDocument,
  type Packer,
} from '../../receipts/documents/stored-document.ts'
import type { SriService } from '../../sri/service/sri-service.ts'
import { Beat } from '../../work/beat.ts'
import { GroupCommit } from '../../work/group-commit.ts'
import { claimIssuances, type IssuanceRow, isAnyIssuanceDue } from '../issuance/claim-store.ts'
import { signedFiles } from '../making/document-store.ts'
import { type ClaimedIssuance, carryIssuance } from './carry-issuance.ts'
import { endTries, giveUpWithoutFile, isBeyond } from './give-up.ts'
import { openOutages, takeTrial } from './outage-store.ts'
import { ServiceWatch } from './service-watch.ts'
import { type Carried, type SettleNeeds, settleApart } from './settle.ts'

export interface CourierNeeds extends SettleNeeds {
  readonly service: SriService
  /** Cryptographically strong bytes; here they only spread the pauses. */
  readonly random: (length: number) => Buffer
  readonly log: Log
  /** Requests to the SRI at once; 16 unless told. */
  readonly slots?: number
  /** How long a document is held; longer than any request lasts. 3 minutes unless told. */
  readonly leaseMs?: number
}

/** Takes documents to the SRI and brings its answers back. Any number may run, in any process. */
export interface Courier {
  /** Starts looking for what is due; returns at once. */
  start(): void
  /** Looks at once instead of at the next beat. */
  wake(): void
  /** Carries everything that is due now; answers how many requests it made. Not while started. */
  runOnce(): Promise<number>
  /** Finishes the requests under way. */
  stop(): Promise<void>
}

type CarriedStep = ClaimedIssuance['step']

/** Which service each step is taken with. */
const SERVICE_OF = { send: 'reception', ask: 'authorization' } as const

const SLOTS = 16
const LEASE_MS = 180_000
const BEAT_MS = 1_000

export function createCourier(needs: CourierNeeds): Courier {
  const round = new Round(needs)
  const beat = new Beat({ pauseMs: BEAT_MS, log: needs.log, failure: 'issuing not carried' }, () =>
    round.drain(),
  )
  return {
    start: () => beat.start(),
    wake: () => beat.wake(),
    runOnce: () => round.drain(),
    stop: async () => {
      round.stop()
      await beat.stop()
    },
  }
}

class Round {
  readonly #needs: CourierNeeds
  // One owner a courier, never used again: a claim of a process that died is known by its time.
  readonly #owner = `${os.hostname()}:${process.pid}:${crypto.randomUUID()}`
  readonly #slots: number
  readonly #watch = new ServiceWatch()
  readonly #commit: GroupCommit<Carried>
  #pack: Packer | null = null
  #stopping = false

  constructor(needs: CourierNeeds) {
    this.#needs = needs
    this.#slots = needs.slots ?? SLOTS
    this.#commit = new GroupCommit((carried) => settleApart(needs, this.#owner, carried))
  }

  stop(): void {
    this.#stopping = true
  }

  async drain(): Promise<number> {
    const underWay = new Set<Promise<void>>()
    const failures: unknown[] = []
    let taken = 0
    try {
      while (failures.length === 0) {
        const claimed = this.#stopping ? [] : await this.#claim(this.#slots - underWay.size)
        for (const one of claimed) {
          const carrying = this.#carry(one)
            .catch((error: unknown) => void failures.push(error))
            .finally(() => underWay.delete(carrying))
          underWay.add(carrying)
        }
        taken += claimed.length
        if (underWay.size === 0) break
        if (claimed.length === 0 || underWay.size >= this.#slots) await Promise.race(underWay)
      }
    } finally {
      await Promise.all(underWay)
    }
    if (failures.length > 0) throw failures[0]
    return taken
  }

  /** No more than can be begun at once: what is claimed and waits is nobody else's meanwhile. */
  async #claim(free: number): Promise<ClaimedIssuance[]> {
    const { db } = this.#needs
    const now = this.#needs.now()
    const outages = new Map((await openOutages(db)).map((one) => [one.service, one]))
    const isShut = (step: CarriedStep) => (outages.get(SERVICE_OF[step])?.trialAt ?? now) > now
    const steps = (['ask', 'send'] as const).filter((step) => !isShut(step))
    if (!(await isAnyIssuanceDue(db, steps, now))) return []
    const until = new Date(now.getTime() + (this.#needs.leaseMs ?? LEASE_MS))
    const claim = { owner: this.#owner, until }
    const rows = await transaction(
      db,
      async (tx) => {
        const claimed: { row: IssuanceRow; step: CarriedStep }[] = []
        for (const step of steps) {
          // What the SRI has is asked for before it gets more, but never holds that up.
          const share = step === 'ask' ? Math.ceil(free / 2) : free - claimed.length
          if (share < 1) continue
          const outage = outages.get(SERVICE_OF[step])
          if (outage && !(await isAnyIssuanceDue(tx, [step], now))) continue
          if (outage && !(await takeTrial(tx, outage, now))) continue
          const limit = outage ? Math.min(1, share) : share
          const taken = await claimIssuances(tx, step, limit, claim, now)
          await endTries(tx, taken.filter(isBeyond), now)
          const within = taken.filter((row) => !isBeyond(row))
          claimed.push(...within.map((row) => ({ row, step })))
        }
        return claimed
      },
      // A claim that a power cut undoes is made again; the SRI knows what it has by its key.
      'process',
    )
    const files = await signedFiles(
      db,
      rows.map(({ row }) => row.id),
    )
    const there: ClaimedIssuance[] = []
    const lost: (typeof rows)[number][] = []
    for (const one of rows) {
      const found = files.get(one.row.id)
      if (found && !(found instanceof DamagedDocument)) {
        there.push({ ...one, signed: found.file, known: found.known })
        continue
      }
      lost.push(one)
      this.#needs.log.error({ err: found, issuance: one.row.id }, 'issuing document not there')
    }
    if (lost.length > 0) {
      await transaction(db, (tx) => giveUpWithoutFile(tx, this.#owner, lost, now))
    }
    return there
  }

  async #carry(claimed: ClaimedIssuance): Promise<void> {
    const pack = await this.#packer()
    await this.#commit.note(await carryIssuance(this.#needs, this.#watch, claimed, pack))
  }

  async #packer(): Promise<Packer> {
    if (this.#pack === null) {
      const dictionary = await chooseDictionary(this.#needs.db, [], this.#needs.now())
      this.#pack ??= createPacker(dictionary)
    }
    return this.#pack
  }
}
