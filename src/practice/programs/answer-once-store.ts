import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** What a call was answered; null while nobody knows. */
export interface KeptAnswer {
  readonly request: string
  readonly status: number | null
  readonly body: string | null
}

/**
 * Takes the name that a program gave its call; false when a call had it before. Of two at once the
 * second waits for the end of the first.
 */
export async function takeName(
  tx: Tx,
  call: { apiKeyId: number; name: string; request: string },
  now: Date,
): Promise<boolean> {
  const row = await tx
    .insertInto('idempotent_answer')
    .values({
      api_key_id: call.apiKeyId,
      name: call.name,
      request: call.request,
      at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.columns(['api_key_id', 'name']).doNothing())
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}

export async function findAnswer(
  tx: Tx,
  { apiKeyId, name }: { apiKeyId: number; name: string },
): Promise<KeptAnswer> {
  return tx
    .selectFrom('idempotent_answer')
    .select(['request', 'status', 'body'])
    .where('api_key_id', '=', apiKeyId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow()
}

export async function keepAnswer(
  tx: Tx,
  { apiKeyId, name }: { apiKeyId: number; name: string },
  answer: { status: number; body: string },
): Promise<void> {
  await tx
    .updateTable('idempotent_answer')
    .set(answer)
    .where('api_key_id', '=', apiKeyId)
    .where('name', '=', name)
    .execute()
}

/** Forgets what nobody will repeat any more. */
export async function forgetAnswers(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('idempotent_answer').where('at', '<', before.toISOString()).execute()
}
