import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { IssuanceStep } from '../../db/tables/issuing.ts'
import type { Tx } from '../../db/transaction.ts'

/** Whose a claim is, and when it ends unless what was done is noted before. */
export interface IssuanceClaim {
  readonly owner: string
  readonly until: Date
}

export type IssuanceRow = Selectable<Schema['issuance']>

/** Whether a document of an issuer is to be made now. */
export async function isMakingDue(db: Db, issuerId: number, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('issuance')
    .select('id')
    .where(isToBeMade)
    .where('issuer_id', '=', issuerId)
    .where('next_at', '<=', now.toISOString())
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** As the index has it of what is made issuer by issuer. */
const isToBeMade = sql<boolean>`next_step = 'make'`

/** Whether there is something to do; a look does not take the writer, as claiming does. */
export async function isAnyIssuanceDue(
  db: Db,
  steps: readonly IssuanceStep[],
  now: Date,
): Promise<boolean> {
  for (const step of steps) {
    const row = await db
      .selectFrom('issuance')
      .select('id')
      .where('next_step', '=', step)
      .where('next_at', '<=', now.toISOString())
      .limit(1)
      .executeTakeFirst()
    if (row) return true
  }
  return false
}

/**
 * Takes documents that are due for one step, those that have waited longest first, each for one
 * owner only. While it is held a document is due again when the claim ends, and so it is taken up if
 * its owner dies; one that is being sent is then asked for, since nobody knows whether it left. What
 * is sent or asked is counted now: whoever dies with the answer has asked all the same.
 *
 * @param step `make` of one issuer: one that cannot sign keeps no other waiting
 * @returns them as they are from now on
 */
export async function claimIssuances(
  tx: Tx,
  step: Exclude<IssuanceStep, 'make'> | { readonly makeOf: number },
  limit: number,
  { owner, until }: IssuanceClaim,
  now: Date,
): Promise<IssuanceRow[]> {
  const lock = isPostgres(tx) ? sql`for update skip locked` : sql``
  const at = now.toISOString()
  const due =
    typeof step === 'string'
      ? sql`next_step = ${step}`
      : sql`${isToBeMade} and issuer_id = ${step.makeOf}`
  const sending = sql`, state = 'sending', next_step = 'ask', sent_at = ${at}, sends = sends + 1`
  const asking = sql`, questions = questions + 1`
  const { rows } = await sql<IssuanceRow>`
    with due as materialized (
      select id from issuance
      where ${due} and next_at <= ${at}
      order by next_at, id limit ${limit} ${lock}
    )
    update issuance set claimed_by = ${owner}, next_at = ${until.toISOString()}
      ${step === 'send' ? sending : step === 'ask' ? asking : sql``}
    where id in (select id from due)
    returning *`.execute(tx)
  return rows.sort((one, other) => one.id - other.id)
}

/** How many documents are still to be sent or asked for. */
export async function countWaiting(tx: Tx): Promise<number> {
  const row = await tx
    .selectFrom('issuance')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('next_step', 'in', ['send', 'ask'])
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
