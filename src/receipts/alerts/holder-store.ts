import { anyOf } from '../../db/bulk-insert.ts'
import type { Tx } from '../../db/transaction.ts'
import { isDead } from '../../outbox/bounces/dead-address-store.ts'
import { parseEmail } from '../../values/email-address.ts'

/** A customer who has a copy of a receipt, and where they can be told of it. */
interface Holder {
  loginId: number
  partyId: number
  name: string
  address: string
}

const FETCHED = ['pdf', 'xml', 'zip', 'csv'] as const

/** Those of the owners who fetched the receipt themselves, or to whom it was mailed. */
export async function holdersOf(
  tx: Tx,
  receiptId: number,
  partyIds: readonly number[],
): Promise<Holder[]> {
  if (partyIds.length === 0) return []
  const rows = await tx
    .selectFrom('login')
    .select(['id', 'party_id', 'display_name', 'email'])
    .where('party_id', 'in', anyOf(tx, partyIds))
    .where('role', '=', 'customer')
    .where('email', 'is not', null)
    .where((eb) => eb.not(isDead('login.email')))
    .where((eb) =>
      eb.or([
        eb.exists(
          eb
            .selectFrom('receipt_reading')
            .select('receipt_reading.receipt_id')
            .where('receipt_reading.receipt_id', '=', receiptId)
            .whereRef('receipt_reading.login_id', '=', 'login.id')
            .where('receipt_reading.action', 'in', FETCHED),
        ),
        eb.exists(
          eb
            .selectFrom('mail')
            .select('mail.id')
            .where('mail.receipt_id', '=', receiptId)
            .whereRef('mail.party_id', '=', 'login.party_id')
            .where('mail.status', '=', 'sent'),
        ),
      ]),
    )
    .orderBy('id')
    .execute()
  return rows.flatMap(({ id, party_id: partyId, display_name: name, email }) => {
    const address = email === null ? null : parseEmail(email)
    return partyId === null || address === null ? [] : [{ loginId: id, partyId, name, address }]
  })
}

/** An accountant who has a copy of a receipt, and where they can be told of it. */
type ReadingHolder = Omit<Holder, 'partyId'>

/** Accountants who fetched the receipt themselves, whether or not they may still read it. */
export async function accountantsHolding(tx: Tx, receiptId: number): Promise<ReadingHolder[]> {
  const rows = await tx
    .selectFrom('receipt_reading')
    .innerJoin('login', 'login.id', 'receipt_reading.login_id')
    .select(['login.id', 'login.display_name', 'login.email'])
    .distinct()
    .where('receipt_reading.receipt_id', '=', receiptId)
    .where('receipt_reading.action', 'in', FETCHED)
    .where('login.role', '=', 'accountant')
    .where('login.disabled_at', 'is', null)
    .where('login.email', 'is not', null)
    .where((eb) => eb.not(isDead('login.email')))
    .orderBy('login.id')
    .execute()
  return rows.flatMap(({ id, display_name: name, email }) => {
    const address = email === null ? null : parseEmail(email)
    return address === null ? [] : [{ loginId: id, name, address }]
  })
}
