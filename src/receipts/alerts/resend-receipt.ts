import type { Tx } from '../../db/transaction.ts'
import { enqueueMails } from '../../outbox/enqueue-mails.ts'
import { dayOf } from '../../values/day.ts'
import { maskEmail, parseEmail } from '../../values/email-address.ts'
import { addressOfLogin } from './alert-store.ts'

export const RECEIPT_COPY = 'receipt-copy'

const COPY_NUMBERS = [1, 2, 3]

type ResendRefusal = 'too-many-today' | 'no-address' | 'dead-address'

export type Resent =
  | { readonly ok: true; readonly address: string }
  | { readonly ok: false; readonly refusal: ResendRefusal }

/** Every refusal of a copy by mail, in words. */
export const resendRefusals: Record<ResendRefusal, string> = {
  'too-many-today':
    'Hoy ya te enviamos este comprobante 3 veces. Revisa tu correo no deseado o descárgalo aquí.',
  'dead-address':
    'Tu correo registrado no recibe nada. Registra otro en tu perfil y te lo enviamos.',
  'no-address': 'Registra tu correo en tu perfil y te lo enviamos.',
}

/**
 * Queues a copy of a receipt to the address its reader registered, three times a day at most (each
 * receipt, days of Guayaquil). The caller has made sure that the receipt is this person's.
 *
 * @returns the address, masked, for the page to name
 */
export async function resendReceipt(
  tx: Tx,
  loginId: number,
  receipt: { readonly id: number; readonly accessKey: string },
  now: Date,
): Promise<Resent> {
  const login = await addressOfLogin(tx, loginId)
  const address = login === null ? null : parseEmail(login.address)
  if (login === null || address === null) return { ok: false, refusal: 'no-address' }
  if (login.dead) return { ok: false, refusal: 'dead-address' }
  const mail = {
    reason: RECEIPT_COPY,
    partyId: login.partyId,
    receiptId: receipt.id,
    to: { name: login.name, address },
    payload: null,
    urgent: false,
  }
  // The number is part of the unique key: whoever comes second to one takes the next, and so two
  // requests at once cannot make a fourth.
  for (const copy of COPY_NUMBERS) {
    const subjectKey = `copy:${receipt.accessKey}:login:${loginId}:${dayOf(now)}:${copy}`
    const added = await enqueueMails(tx, null, [{ ...mail, subjectKey }], now)
    if (added === 1) return { ok: true, address: maskEmail(address) }
  }
  return { ok: false, refusal: 'too-many-today' }
}
