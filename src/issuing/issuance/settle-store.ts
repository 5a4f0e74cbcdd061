import { anyOf } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Decision } from '../states/decide.ts'
import type { IssuanceRow } from './claim-store.ts'
import { addEvents, type IssuanceEvent } from './event-store.ts'

/** What became of a document that somebody held. */
export interface Settlement {
  readonly row: IssuanceRow
  readonly decision: Decision
  readonly code: string | null
  readonly says: string
  /** The receipt that it became. */
  readonly receiptId?: number
  /** The SRI's time of a refusal that is acted upon. */
  readonly refusedThrough?: string
}

/** Those that this owner still holds; on PostgreSQL nobody else takes them until `tx` ends. */
export async function stillHeld(
  tx: Tx,
  owner: string,
  ids: readonly number[],
): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await tx
    .updateTable('issuance')
    .set({ claimed_by: owner })
    .where('id', 'in', anyOf(tx, ids))
    .where('claimed_by', '=', owner)
    .returning('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/**
 * Notes what became of documents that are held, lets go of them, and adds it to their stories.
 *
 * @returns what was new of it
 */
export async function settleIssuances(
  tx: Tx,
  settlements: readonly Settlement[],
  now: Date,
): Promise<IssuanceEvent[]> {
  for (const one of settlements) {
    const { row, decision, code, says, receiptId, refusedThrough } = one
    await tx
      .updateTable('issuance')
      .set({
        state: decision.state,
        next_step: decision.step,
        next_at: decision.nextAt?.toISOString() ?? null,
        claimed_by: null,
        tries: decision.tries,
        refusals: decision.refusals,
        refused_at: decision.refusedAt?.toISOString() ?? null,
        sends: decision.sends,
        questions: decision.questions,
        spent_at: decision.isSpent ? now.toISOString() : null,
        answer_code: code,
        answer: says,
        ...(receiptId === undefined ? {} : { receipt_id: receiptId }),
        ...(refusedThrough === undefined ? {} : { refused_through: refusedThrough }),
        changed_at: now.toISOString(),
      })
      .where('id', '=', row.id)
      .execute()
  }
  const events = settlements.filter(isNews).map(eventOf)
  const ends = settlements.filter(({ decision }) => decision.isSpent).map(spentEvent)
  await addEvents(tx, [...events, ...ends], now)
  return events
}

/** The same answer as before is no event: a document may be asked for a hundred times. */
function isNews({ row, decision, code, says }: Settlement): boolean {
  const before = row.state === 'sending' ? null : row.state
  return before !== decision.state || row.answer_code !== code || row.answer !== says
}

function eventOf({ row, decision, code, says }: Settlement): IssuanceEvent {
  return { issuanceId: row.id, what: decision.state, code, text: says }
}

function spentEvent({ row, decision: { sends, questions } }: Settlement): IssuanceEvent {
  const sent = sends === 1 ? '1 envío' : `${sends} envíos`
  const asked = questions === 1 ? '1 pregunta' : `${questions} preguntas`
  const text = `Con esta clave van ${sent} y ${asked}. Nada más se intenta hasta que una persona lo pida.`
  return { issuanceId: row.id, what: 'spent', code: null, text }
}
