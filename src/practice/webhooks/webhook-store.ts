import type { Selectable } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { WebhookStatus } from '../../db/tables/api-keys.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Webhook } from './webhook.ts'

/** Adds one that begins behind a number; null when the key has as many as it may. */
export async function addWebhook(
  tx: Tx,
  webhook: { apiKeyId: number; url: string; sealedSecret: string; seq: number; max: number },
  now: Date,
): Promise<number | null> {
  const { apiKeyId, url, sealedSecret, seq, max } = webhook
  // The row of the key stands for its list: two additions at once would both find room.
  await tx
    .updateTable('api_key')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', apiKeyId)
    .execute()
  const { count } = await tx
    .selectFrom('webhook')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('api_key_id', '=', apiKeyId)
    .executeTakeFirstOrThrow()
  if (count >= max) return null
  const { id } = await tx
    .insertInto('webhook')
    .values({
      api_key_id: apiKeyId,
      url,
      secret: sealedSecret,
      created_at: now.toISOString(),
      status: 'active',
      seq,
      attempts: 0,
      next_at: now.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Those of a key, the newest first; there are a few. */
export async function webhooksOf(db: Db, apiKeyIds: readonly number[]): Promise<Webhook[]> {
  if (apiKeyIds.length === 0) return []
  const rows = await db
    .selectFrom('webhook')
    .selectAll()
    .where('api_key_id', 'in', apiKeyIds)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toWebhook)
}

/** The one of that id, when it is of that key. */
export async function findWebhook(
  db: Db,
  apiKeyId: number,
  id: number,
): Promise<(Webhook & { sealedSecret: string }) | null> {
  const row = await db
    .selectFrom('webhook')
    .selectAll()
    .where('id', '=', id)
    .where('api_key_id', '=', apiKeyId)
    .executeTakeFirst()
  return row ? { ...toWebhook(row), sealedSecret: row.secret } : null
}

export async function removeWebhook(tx: Tx, apiKeyId: number, id: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('webhook')
    .where('id', '=', id)
    .where('api_key_id', '=', apiKeyId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/**
 * Begins anew, from a place when one is given: it is called again at once, also one that was given
 * up. A call that is under way counts for nothing.
 */
export async function restartWebhook(
  tx: Tx,
  which: { apiKeyId: number; id: number },
  seq: number | null,
  now: Date,
): Promise<boolean> {
  return change(tx, which, {
    status: 'active',
    attempts: 0,
    failing_since: null,
    next_at: now.toISOString(),
    ...(seq === null ? {} : { seq }),
  })
}

/** Calls it no longer, until somebody wants it again. */
export async function pauseWebhook(
  tx: Tx,
  which: { apiKeyId: number; id: number },
): Promise<boolean> {
  return change(tx, which, { status: 'paused' })
}

async function change(
  tx: Tx,
  { apiKeyId, id }: { apiKeyId: number; id: number },
  news: {
    status: WebhookStatus
    seq?: number
    attempts?: number
    failing_since?: null
    next_at?: string
  },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('webhook')
    .set({ ...news, claimed_by: null, claimed_until: null })
    .where('id', '=', id)
    .where('api_key_id', '=', apiKeyId)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export function toWebhook(row: Selectable<Schema['webhook']>): Webhook {
  const date = (text: string | null) => (text === null ? null : new Date(text))
  return {
    id: row.id,
    apiKeyId: row.api_key_id,
    url: row.url,
    createdAt: new Date(row.created_at),
    status: row.status,
    seq: row.seq,
    attempts: row.attempts,
    failingSince: date(row.failing_since),
    nextAt: new Date(row.next_at),
    answer: row.answer,
    calledAt: date(row.called_at),
    acceptedAt: date(row.accepted_at),
  }
}
