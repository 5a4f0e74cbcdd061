import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { seal } from '../../values/keys.ts'
import { drawSecret } from './signature.ts'
import { WEBHOOKS_PER_KEY } from './webhook.ts'
import { addWebhook, removeWebhook } from './webhook-store.ts'

interface RegisterNeeds {
  keys: Pick<Keys, 'audit' | 'seal'>
  random: (length: number) => Buffer
}

/**
 * Calls an address from now on with what happens behind a place; its secret is told here and never
 * again. Null when the key has as many as it may.
 */
export async function registerWebhook(
  tx: Tx,
  { keys, random }: RegisterNeeds,
  asked: { apiKeyId: number; url: string; seq: number },
  now: Date,
): Promise<{ id: number; secret: string } | null> {
  const secret = drawSecret(random)
  const sealedSecret = seal(keys.seal, secret)
  const id = await addWebhook(tx, { ...asked, sealedSecret, max: WEBHOOKS_PER_KEY }, now)
  if (id === null) return null
  await record(tx, keys.audit, entryOf('webhook.added', asked.apiKeyId, id), now)
  return { id, secret }
}

/** Calls it no more; false when the key has none of that id. */
export async function dropWebhook(
  tx: Tx,
  { keys }: Pick<RegisterNeeds, 'keys'>,
  { apiKeyId, id }: { apiKeyId: number; id: number },
  now: Date,
): Promise<boolean> {
  if (!(await removeWebhook(tx, apiKeyId, id))) return false
  await record(tx, keys.audit, entryOf('webhook.removed', apiKeyId, id), now)
  return true
}

function entryOf(action: 'webhook.added' | 'webhook.removed', keyId: number, id: number) {
  const entry: AuditEntry = { actor: `api-key:${keyId}`, action, subject: `webhook:${id}` }
  return entry
}
