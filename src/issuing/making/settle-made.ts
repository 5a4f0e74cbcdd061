import { anyOf } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import type { IssuanceRow } from '../issuance/claim-store.ts'
import { addEvents } from '../issuance/event-store.ts'
import { settleIssuances, stillHeld } from '../issuance/settle-store.ts'
import { sendableFrom } from '../states/decide.ts'
import { STEPS } from '../states/transitions.ts'
import type { MadeDocument } from './document-maker.ts'
import { keepSigned } from './document-store.ts'

/** A document that was claimed to be made, and what came of it. */
export interface Made {
  readonly row: IssuanceRow
  readonly made: MadeDocument
}

/** Keeps the documents that were made, and says of the others what is wrong; those of this owner only. */
export async function settleMade(
  tx: Tx,
  owner: string,
  all: readonly Made[],
  now: Date,
): Promise<void> {
  const held = await stillHeld(
    tx,
    owner,
    all.map(({ row }) => row.id),
  )
  const ours = all.filter(({ row }) => held.has(row.id))
  const good = ours.flatMap(({ row, made }) =>
    made.document === null ? [] : [{ ...made, row, issuanceId: row.id }],
  )
  await keepSigned(tx, good)
  // Nearly all of them may go at once, and so are let go of in one statement.
  const times = Map.groupBy(good, ({ row }) => readyFrom(row, now))
  for (const [at, group] of times) {
    const ids = group.map(({ issuanceId }) => issuanceId)
    await tx
      .updateTable('issuance')
      .set({
        state: 'ready',
        next_step: STEPS.ready,
        next_at: at,
        claimed_by: null,
        answer_code: null,
        answer: null,
        changed_at: now.toISOString(),
      })
      .where('id', 'in', anyOf(tx, ids))
      .execute()
  }
  const events = good.map(({ issuanceId }) => {
    return { issuanceId, what: 'ready', code: null, text: null } as const
  })
  await addEvents(tx, events, now)
  await settleIssuances(tx, ours.flatMap(faultOf), now)
}

function readyFrom({ refusals, refused_at }: IssuanceRow, now: Date): string {
  const refusedAt = refused_at === null ? null : new Date(refused_at)
  return sendableFrom({ refusals, refusedAt }, now).toISOString()
}

function faultOf({ row, made }: Made) {
  if (made.document !== null) return []
  const { tries, refusals, refused_at, sends, questions } = row
  const refusedAt = refused_at === null ? null : new Date(refused_at)
  const decision = {
    state: 'faulty',
    step: null,
    nextAt: null,
    tries,
    refusals,
    refusedAt,
    sends,
    questions,
    isSpent: false,
  } as const
  return [{ row, decision, code: made.code, says: made.says }]
}
