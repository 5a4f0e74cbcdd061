import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { seal } from '../../values/keys.ts'
import { drawSecret } from './signature.ts'
import { WEBHOOKS_PER_KEY } from './webhook.ts'
import { addWebhook } from './webhook-store.ts'

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
  const actor = `api-key:${asked.apiKeyId}`
  await record(tx, keys.audit, { actor, action: 'webhook.added', subject: `webhook:${id}` }, now)
  return { id, secret }
}
