import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { pauseWebhook, removeWebhook, restartWebhook } from './webhook-store.ts'

type Needs = { keys: Pick<Keys, 'audit'> }

/** One webhook of a key, and who does something to it: its program, or who leads the firm. */
interface Steered {
  readonly apiKeyId: number
  readonly id: number
  /** As the chain names them: `api-key:7`, `login:3`. */
  readonly by: string
}

/** Calls it no more; false when the key has none of that id. */
export async function dropWebhook(
  tx: Tx,
  needs: Needs,
  which: Steered,
  now: Date,
): Promise<boolean> {
  const removed = await removeWebhook(tx, which.apiKeyId, which.id)
  return note(tx, needs, which, removed && 'webhook.removed', now)
}

/** Calls it no longer, until somebody wants it again; false when the key has none of that id. */
export async function haltWebhook(
  tx: Tx,
  needs: Needs,
  which: Steered,
  now: Date,
): Promise<boolean> {
  const halted = await pauseWebhook(tx, which)
  return note(tx, needs, which, halted && 'webhook.paused', now)
}

/**
 * Calls it again at once: with what it has not had, or with everything behind a place; false when the
 * key has none of that id.
 */
export async function resumeWebhook(
  tx: Tx,
  needs: Needs,
  which: Steered,
  seq: number | null,
  now: Date,
): Promise<boolean> {
  const resumed = await restartWebhook(tx, which, seq, now)
  const action = seq === null ? 'webhook.resumed' : 'webhook.repeated'
  return note(tx, needs, which, resumed && action, now)
}

/** False when nothing was done, of which the chain tells nothing. */
async function note(
  tx: Tx,
  { keys }: Needs,
  { id, by }: Steered,
  action: AuditEntry['action'] | false,
  now: Date,
): Promise<boolean> {
  if (action === false) return false
  await record(tx, keys.audit, { actor: by, action, subject: `webhook:${id}` }, now)
  return true
}
