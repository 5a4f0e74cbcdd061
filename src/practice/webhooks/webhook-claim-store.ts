import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ClaimedWebhook, WebhookSettlement } from './webhook.ts'
import { toWebhook } from './webhook-store.ts'

/** Behind the last event, due, and in nobody's hands; the partial index fits only the literal. */
function due(head: number, now: Date) {
  const time = now.toISOString()
  return sql<boolean>`status = 'active' and next_at <= ${time} and seq < ${head}
    and (claimed_until is null or claimed_until <= ${time})`
}

/** Whether there is anything to claim; a look does not take the writer, as claiming does. */
export async function isWebhookDue(db: Db, head: number, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('webhook')
    .select('id')
    .where(due(head, now))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes up to `limit` that are due, each for one owner only, until a moment. */
export async function claimWebhooks(
  tx: Tx,
  claim: { head: number; limit: number; owner: string; until: Date },
  now: Date,
): Promise<ClaimedWebhook[]> {
  const lock = isPostgres(tx) ? sql`for update skip locked` : sql``
  const { rows } = await sql<Selectable<Schema['webhook']>>`
    with found as materialized (
      select id from webhook where ${due(claim.head, now)}
      order by next_at, id limit ${claim.limit} ${lock}
    )
    update webhook set claimed_by = ${claim.owner}, claimed_until = ${claim.until.toISOString()}
    where id in (select id from found)
    returning *`.execute(tx)
  return rows.map((row) => ({ ...toWebhook(row), sealedSecret: row.secret }))
}

/** Notes how a call ended, unless somebody sent it elsewhere, or took it away, meanwhile. */
export async function settleWebhook(
  tx: Tx,
  owner: string,
  webhook: Pick<ClaimedWebhook, 'id'>,
  settlement: WebhookSettlement,
  now: Date,
): Promise<void> {
  const tries = settlement.as === 'postponed' ? 1 : 0
  await tx
    .updateTable('webhook')
    .set((eb) => ({
      attempts: eb('attempts', '+', tries),
      ...columnsOf(settlement, now),
      claimed_by: null,
      claimed_until: null,
    }))
    .where('id', '=', webhook.id)
    .where('claimed_by', '=', owner)
    .execute()
}

/** Who was called goes to the end of the line: much to tell to a few keeps nobody else waiting. */
function columnsOf(settlement: WebhookSettlement, now: Date) {
  const at = now.toISOString()
  switch (settlement.as) {
    case 'passed':
      return { seq: settlement.reached, next_at: at }
    case 'accepted':
      return {
        seq: settlement.reached,
        attempts: 0,
        failing_since: null,
        answer: settlement.answer,
        called_at: at,
        accepted_at: at,
        next_at: at,
      }
    case 'postponed':
      return {
        failing_since: settlement.since.toISOString(),
        answer: settlement.answer,
        called_at: at,
        next_at: settlement.next.toISOString(),
      }
    case 'dead':
      return { answer: settlement.answer, called_at: at, status: 'dead' as const }
  }
}
