import crypto from 'node:crypto'
import os from 'node:os'
import { transaction } from '../db/transaction.ts'
import { Beat } from '../work/beat.ts'
import type { DeliveryNeeds } from './deliver-mail.ts'
import type { Tally } from './lane.ts'
import { addTallies, Lane } from './lane.ts'
import { giveUpWaiting, recoverClaims } from './mail-store.ts'
import { Pace } from './pace.ts'
import { Settling } from './settling.ts'
import { Circuit } from './smtp/circuit.ts'
import { Turns } from './turns.ts'

export interface MailWorkerNeeds extends DeliveryNeeds {
  /** Announcements that may leave in a minute, from this worker; as many as go unless told. */
  readonly bulkPerMinute?: number | undefined
  /** Announcements under way at once; 8 unless told. More than connections, so that none waits. */
  slots?: number
  /** How long a mail waits for its turn to end, see `Turns`. */
  patienceMs?: number
  /** How long a stop waits for the mails under way; 7 seconds unless told. */
  lastMailsMs?: number
}

/** Sends what the outbox holds. Any number may run, in any number of processes. */
export interface MailWorker {
  /** Starts looking for due mails; returns at once. */
  start(): void
  /** Looks at once instead of at the next beat: called after a commit that queued urgent mail. */
  wake(): void
  /** Sends everything that is due now, and answers how it ended. Not while started. */
  runOnce(): Promise<Tally>
  /**
   * Finishes the mails under way, gives back the rest, closes the connections. A server that is
   * silent for long is hung up on, and its mails are given back too.
   */
  stop(): Promise<void>
  /** Whether the mail server is taken to be down. */
  readonly serverDown: boolean
  /** For how long it has been, in milliseconds; 0 when it is not. */
  serverDownFor(now: Date): number
}

const URGENT_SLOTS = 2
const SLOTS = 8
/** A batch is through long before its lease ends, even at 30 seconds of silence a mail. */
const BATCH_A_SLOT = 4
const LEASE_SECONDS = 300
const URGENT_LEASE_SECONDS = 120
const URGENT_BEAT_MS = 400
const BEAT_MS = 1_500
const LAST_MAILS_MS = 7_000

export function createMailWorker(needs: MailWorkerNeeds): MailWorker {
  // One owner a worker, never used again: a claim of a process that died is recognised by its time.
  const owner = `${os.hostname()}:${process.pid}:${crypto.randomUUID()}`
  const circuit = new Circuit()
  const settling = new Settling(needs.db, owner, needs.now)
  const shared = { circuit, settling, turns: new Turns(needs.patienceMs), owner }
  const slots = needs.slots ?? SLOTS
  const urgent = new Lane(needs, shared, {
    urgent: true,
    slots: URGENT_SLOTS,
    batch: URGENT_SLOTS,
    leaseSeconds: URGENT_LEASE_SECONDS,
    pace: null,
  })
  const bulk = new Lane(needs, shared, {
    urgent: false,
    slots,
    batch: slots * BATCH_A_SLOT,
    leaseSeconds: LEASE_SECONDS,
    pace:
      needs.bulkPerMinute === undefined
        ? null
        : new Pace(() => needs.bulkPerMinute ?? Infinity, needs.now()),
  })
  const work = async () => {
    await recoverClaims(needs.db, needs.now())
    const tally = await bulk.drain()
    await giveUp(needs, circuit)
    return tally
  }
  const { log } = needs
  const failure = 'outbox not worked'
  const beats = [
    new Beat({ pauseMs: URGENT_BEAT_MS, log, failure }, () => urgent.drain()),
    new Beat({ pauseMs: BEAT_MS, log, failure }, work),
  ]
  return {
    get serverDown() {
      return circuit.open
    },
    serverDownFor: (now) => circuit.downFor(now),
    start: () => {
      for (const beat of beats) beat.start()
    },
    wake: () => {
      for (const beat of beats) beat.wake()
    },
    runOnce: async () => {
      const first = await urgent.drain()
      return addTallies(first, await work())
    },
    stop: async () => {
      urgent.stop()
      bulk.stop()
      const cut = setTimeout(needs.transport.cut, needs.lastMailsMs ?? LAST_MAILS_MS)
      await Promise.all(beats.map((beat) => beat.stop()))
      clearTimeout(cut)
      await needs.transport.close()
    },
  }
}

const GIVE_UP_DOWN_MS = 3_600_000
const GIVE_UP_SLICE = 1_000

/**
 * No try is counted while the server is down, so what has waited for the policy's hours by then is
 * given up here, for staff to see. Not after a hiccup: when it was this process that stood still for
 * days, its mails are late and not lost.
 */
async function giveUp({ db, retryHours, now }: DeliveryNeeds, circuit: Circuit): Promise<void> {
  if (circuit.downFor(now()) < GIVE_UP_DOWN_MS) return
  const before = new Date(now().getTime() - retryHours * 3_600_000)
  const answer = `El servidor de correo no atendió en ${retryHours} horas`
  await transaction(db, (tx) => giveUpWaiting(tx, before, answer, GIVE_UP_SLICE, now()))
}
