import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Environment } from '../../sri/access-key.ts'
import type { IssuanceRow } from '../issuance/claim-store.ts'
import { addEvents } from '../issuance/event-store.ts'
import { OWN_FAULT } from '../issuance/issuance.ts'
import type { Settlement } from '../issuance/settle-store.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { issuerById, issuerByRuc } from '../issuer/issuer-store.ts'
import { invoicesNumbered } from './credit-note-store.ts'

/** Of an invoice of an issuer that is annulled: there is nothing left to give back. */
export async function isInvoiceAnnulled(
  db: Db,
  issuer: Pick<Issuer, 'ruc' | 'environment'>,
  number: string,
): Promise<boolean> {
  const known = await invoicesNumbered(db, issuer, [number])
  return known.length > 0 && known.every(({ isAnnulled }) => isAnnulled)
}

/**
 * Stops the credit notes of a receipt that is annulled from now on, in the transaction that says so:
 * those that have not left for the SRI wait for a person. One that is leaving is held back when it
 * would be sent again: `heldBack`.
 */
export async function stopNotesOf(tx: Tx, receiptId: number, now: Date): Promise<void> {
  const invoice = await tx
    .selectFrom('receipt')
    .select(['kind', 'number', 'issuer_ruc', 'environment'])
    .where('id', '=', receiptId)
    .executeTakeFirst()
  if (invoice?.kind !== 'invoice') return
  const issuer = await issuerByRuc(tx, invoice.issuer_ruc)
  if (issuer === null) return
  const stopped = await tx
    .updateTable('issuance')
    .set({
      ...{ state: 'faulty', next_step: null, next_at: null, spent_at: null, claimed_by: null },
      ...{ answer_code: OWN_FAULT, answer: saysOf(invoice.number), changed_at: now.toISOString() },
    })
    .where('issuer_id', '=', issuer.id)
    .where('credited_number', 'is not', null)
    .where('credited_number', '=', invoice.number)
    .where('environment', '=', invoice.environment as Environment)
    .where('state', 'in', ['numbered', 'ready'])
    .where('closed_at', 'is', null)
    .returning('id')
    .execute()
  const events = stopped.map(({ id: issuanceId }) => {
    return { issuanceId, what: 'faulty', code: OWN_FAULT, text: saysOf(invoice.number) } as const
  })
  await addEvents(tx, events, now)
}

/** What becomes of a credit note that would be sent again, once its invoice is annulled. */
export async function heldBack(db: Db, settlement: Settlement): Promise<Settlement> {
  const { row, decision } = settlement
  if (decision.step !== 'send' || row.credited_number === null) return settlement
  const issuer = await issuerById(db, row.issuer_id)
  const at = { ruc: issuer.ruc, environment: row.environment }
  if (!(await isInvoiceAnnulled(db, at, row.credited_number))) return settlement
  return {
    row,
    decision: { ...decision, state: 'faulty', step: null, nextAt: null },
    code: OWN_FAULT,
    says: saysOf(row.credited_number),
  }
}

function saysOf(number: NonNullable<IssuanceRow['credited_number']>): string {
  return `La factura ${number} se anuló mientras esta nota iba en camino, y ya no hay nada que devolver de ella. Ciérrala sin emitir, o corrige el número de la factura.`
}
