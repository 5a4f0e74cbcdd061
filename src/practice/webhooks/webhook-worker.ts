import crypto from 'node:crypto'
import type { Log } from '../../context.ts'
import { transaction } from '../../db/transaction.ts'
import { lastEvent } from '../../receipts/feed/event-store.ts'
import { Beat } from '../../work/beat.ts'
import type { CallNeeds } from './call-webhook.ts'
import { afterTrouble, callWebhook } from './call-webhook.ts'
import type { ClaimedWebhook } from './webhook.ts'
import { claimWebhooks, isWebhookDue, settleWebhook } from './webhook-claim-store.ts'

interface WorkerNeeds extends CallNeeds {
  log: Log
}

const BEAT_MS = 1_500
/** Called at once; each its own events, so one that hangs keeps nobody else waiting but a batch. */
const AT_ONCE = 8
/** Far longer than a call may take: who dies with a claim gives it back so. */
const LEASE_MS = 60_000

/**
 * Calls the webhooks that have something to be told. Any number of workers may run: each call is a
 * claim, and what was not noted as accepted is sent again.
 */
export class WebhookWorker {
  readonly #needs: WorkerNeeds
  readonly #owner = crypto.randomUUID()
  readonly #beat: Beat
  #stopping = false

  constructor(needs: WorkerNeeds) {
    this.#needs = needs
    const beat = { pauseMs: BEAT_MS, log: needs.log, failure: 'webhooks not worked' }
    this.#beat = new Beat(beat, () => this.runOnce())
  }

  start(): void {
    this.#beat.start()
  }

  /** Lets the calls under way end. */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#beat.stop()
  }

  /** Calls all that are due by now until none is; answers how many calls were begun. */
  async runOnce(): Promise<number> {
    for (let calls = 0; ; ) {
      const claimed = this.#stopping ? [] : await this.#claim()
      if (claimed.length === 0) return calls
      const ends = await Promise.allSettled(claimed.map((webhook) => this.#call(webhook)))
      // All of them first: one that could not be noted leaves the others their end.
      for (const end of ends) if (end.status === 'rejected') throw end.reason
      calls += claimed.length
    }
  }

  async #claim(): Promise<ClaimedWebhook[]> {
    const { db, now } = this.#needs
    const at = now()
    const head = await lastEvent(db)
    if (!(await isWebhookDue(db, head, at))) return []
    const until = new Date(at.getTime() + LEASE_MS)
    const claim = { head, limit: AT_ONCE, owner: this.#owner, until }
    return transaction(db, (tx) => claimWebhooks(tx, claim, at), 'process')
  }

  async #call(webhook: ClaimedWebhook): Promise<void> {
    const { db, log, now } = this.#needs
    const settlement = await callWebhook(this.#needs, webhook).catch((error: unknown) => {
      log.error({ err: error, webhook: webhook.id }, 'webhook not called')
      return afterTrouble(this.#needs, webhook)
    })
    log.info({ webhook: webhook.id, outcome: settlement.as }, 'webhook called')
    await transaction(
      db,
      (tx) => settleWebhook(tx, this.#owner, webhook, settlement, now()),
      'process',
    )
  }
}
