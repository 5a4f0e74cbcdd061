import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Environment } from '../../sri/access-key.ts'
import type { IssuanceRow } from '../issuance/claim-store.ts'
import { addEvents } from '../issuance/event-store.ts'
import { type Issuance, OWN_FAULT } from '../issuance/issuance.ts'
import type { Settlement } from '../issuance/settle-store.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { issuerById, issuerByRuc } from '../issuer/issuer-store.ts'
import { invoicesNumbered } from './credit-note-store.ts'
import { creditedNumber } from './credited-number.ts'

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
  const { number } = invoice
  const environment = invoice.environment as Environment
  if (!(await isInvoiceAnnulled(tx, { ruc: issuer.ruc, environment }, number))) return
  await stop(tx, { issuerId: issuer.id, environment }, number, now)
}

/** One note, or all of an invoice. */
type Among = { id: number } | { issuerId: number; environment: Environment }

async function stop(tx: Tx, among: Among, number: string, now: Date): Promise<void> {
  const waiting = tx
    .updateTable('issuance')
    .set({
      ...{ state: 'faulty', next_step: null, next_at: null, spent_at: null, claimed_by: null },
      ...{ answer_code: OWN_FAULT, answer: saysOf(number), changed_at: now.toISOString() },
    })
    .where('state', 'in', ['numbered', 'ready'])
    .where('closed_at', 'is', null)
  const those =
    'id' in among
      ? waiting.where('id', '=', among.id)
      : waiting
          .where('issuer_id', '=', among.issuerId)
          .where('environment', '=', among.environment)
          .where('credited_number', 'is not', null)
          .where('credited_number', '=', number)
  const stopped = await those.returning('id').execute()
  const events = stopped.map(({ id: issuanceId }) => {
    return { issuanceId, what: 'faulty', code: OWN_FAULT, text: saysOf(number) } as const
  })
  await addEvents(tx, events, now)
}

/**
 * Stops a credit note that has not left and whose invoice is annulled.
 *
 * @returns the number of that invoice; null of any other document
 */
export async function stopNote(
  tx: Tx,
  { id, issuerId, environment, draft }: Issuance,
  now: Date,
): Promise<string | null> {
  const number = creditedNumber(draft)
  if (number === null) return null
  const { ruc } = await issuerById(tx, issuerId)
  if (!(await isInvoiceAnnulled(tx, { ruc, environment }, number))) return null
  await stop(tx, { id }, number, now)
  return number
}

/**
 * What becomes of a credit note that would be sent again, or when a person asks for it, once its
 * invoice is annulled. In the transaction that notes it.
 */
export async function heldBack(tx: Tx, settlement: Settlement): Promise<Settlement> {
  const { row, decision } = settlement
  if (decision.state !== 'ready' || row.credited_number === null) return settlement
  const issuer = await issuerById(tx, row.issuer_id)
  const at = { ruc: issuer.ruc, environment: row.environment }
  if (!(await isInvoiceAnnulled(tx, at, row.credited_number))) return settlement
  return {
    row,
    decision: { ...decision, state: 'faulty', step: null, nextAt: null, isSpent: false },
    code: OWN_FAULT,
    says: saysOf(row.credited_number),
  }
}

function saysOf(number: NonNullable<IssuanceRow['credited_number']>): string {
  return `La factura ${number} se anuló mientras esta nota iba en camino, y ya no hay nada que devolver de ella. Ciérrala sin emitir, o corrige el número de la factura.`
}
