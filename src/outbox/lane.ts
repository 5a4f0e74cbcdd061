import { transaction } from '../db/transaction.ts'
import type { DeliveryNeeds } from './deliver-mail.ts'
import { deliverMail } from './deliver-mail.ts'
import type { ClaimedMail, Settlement } from './mail-store.ts'
import { claimMails, isAnyDue } from './mail-store.ts'
import type { Pace } from './pace.ts'
import type { Settling } from './settling.ts'
import type { Circuit } from './smtp/circuit.ts'
import type { Turn, Turns } from './turns.ts'

/** How many mails ended in each way. */
export type Tally = Record<Settlement['as'], number>

const NONE: Tally = { sent: 0, failed: 0, postponed: 0, deferred: 0, released: 0 }

export function addTallies(one: Tally, other: Tally): Tally {
  const kinds = Object.keys(NONE) as (keyof Tally)[]
  return Object.fromEntries(kinds.map((kind) => [kind, one[kind] + other[kind]])) as Tally
}

interface LaneOptions {
  urgent: boolean
  /** Mails under way at once. */
  slots: number
  /** Mails claimed at once. */
  batch: number
  /** How long a claim holds. */
  leaseSeconds: number
  /** How many may be begun, so that a lot does not overrun the mail server; null lets them all go. */
  pace: Pace | null
}

/** What both lanes of a worker go by. */
interface Shared {
  circuit: Circuit
  settling: Settling
  turns: Turns
  owner: string
}

/**
 * One of the two queues, with its own slots, so that a code somebody waits for never stands behind
 * ten thousand announcements.
 */
export class Lane {
  readonly #needs: DeliveryNeeds
  readonly #circuit: Circuit
  readonly #settling: Settling
  readonly #turns: Turns
  readonly #owner: string
  readonly #options: LaneOptions
  #claimed: ClaimedMail[] = []
  #claiming: Promise<void> | null = null
  #probe: number | null = null
  #stopping = false

  constructor(needs: DeliveryNeeds, shared: Shared, options: LaneOptions) {
    this.#needs = needs
    this.#circuit = shared.circuit
    this.#settling = shared.settling
    this.#turns = shared.turns
    this.#owner = shared.owner
    this.#options = options
  }

  /** Sends what is due until nothing more is, or nothing more may be. */
  async drain(): Promise<Tally> {
    const tally = { ...NONE }
    const slots = Array.from({ length: this.#options.slots }, () => this.#runSlot(tally))
    const ended = await Promise.allSettled(slots)
    for (const slot of ended) if (slot.status === 'rejected') throw slot.reason
    return tally
  }

  /** Takes no more mails; those under way are finished by `drain`. */
  stop(): void {
    this.#stopping = true
  }

  async #runSlot(tally: Tally): Promise<void> {
    for (;;) {
      const mail = await this.#next()
      if (mail === null) return
      const turn = this.#turns.turn()
      try {
        const settlement = await this.#deliver(mail, turn)
        await this.#settling.note(settlement)
        tally[settlement.as] += 1
      } finally {
        turn.end()
      }
    }
  }

  /** What was claimed before the server went down, or before a stop, goes back untried. */
  async #deliver(mail: ClaimedMail, turn: Turn): Promise<Settlement> {
    const probes = this.#probe === mail.id
    if (this.#stopping || (this.#circuit.open && !probes)) return { id: mail.id, as: 'released' }
    try {
      return await deliverMail(this.#needs, this.#circuit, mail, turn)
    } finally {
      if (probes) this.#endProbe()
    }
  }

  #endProbe(): void {
    this.#probe = null
    this.#circuit.withdraw()
  }

  async #next(): Promise<ClaimedMail | null> {
    for (;;) {
      const mail = this.#claimed.shift()
      if (mail !== undefined) return mail
      if (this.#stopping) return null
      this.#claiming ??= this.#claim().finally(() => {
        this.#claiming = null
      })
      await this.#claiming
      if (this.#claimed.length === 0) return null
    }
  }

  async #claim(): Promise<void> {
    const { urgent, batch, leaseSeconds } = this.#options
    const now = this.#needs.now()
    const { pace } = this.#options
    const paced = pace?.allowed(now) ?? Number.POSITIVE_INFINITY
    if (paced === 0) return
    const allowed = this.#circuit.take(now)
    if (allowed === 0) return
    const until = new Date(now.getTime() + leaseSeconds * 1000)
    const claim = { urgent, limit: Math.min(allowed, batch, paced), owner: this.#owner, until }
    try {
      if (!(await isAnyDue(this.#needs.db, urgent, now))) return
      this.#claimed = await transaction(
        this.#needs.db,
        (tx) => claimMails(tx, claim, now),
        'process',
      )
      pace?.take(this.#claimed.length)
    } finally {
      if (allowed === 1) {
        this.#probe = this.#claimed[0]?.id ?? null
        if (this.#probe === null) this.#circuit.withdraw()
      }
    }
  }
}
