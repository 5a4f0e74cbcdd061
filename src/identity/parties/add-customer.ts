import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import { parseEmail } from '../../values/email-address.ts'
import { canonicalTaxId, isCedula, isRuc } from '../../values/tax-id.ts'
import { addBankAddress } from './contact-store.ts'
import { openWindow } from './open-window.ts'
import { partyNumbers } from './party-number.ts'
import type { NamedPerson } from './party-store.ts'
import { findOrAddParties } from './party-store.ts'

type AddCustomerRefusal = 'bad-number' | 'bad-name' | 'bad-email' | 'has-login'

type AddedCustomer =
  | { ok: true; partyId: number; windowClosesAt: string }
  | { ok: false; refusal: AddCustomerRefusal; message: string }

const MESSAGES: Record<AddCustomerRefusal, string> = {
  'bad-number': 'no es una cédula ni un RUC; revisa los dígitos.',
  'bad-name': 'falta el nombre, o tiene más de 300 caracteres.',
  'bad-email': 'el correo no sirve; debe verse como nombre@correo.ec.',
  'has-login': 'ya hizo su primer ingreso; no hace falta abrirle otro.',
}

const NAME_MAX = 300
const CONTROL = /\p{Cc}/u

/**
 * Makes a customer known with the address the bank holds, and opens the window of the first login.
 * Doing it again for somebody who has not signed in yet replaces the address and opens it anew.
 * `also` is done in the same transaction: what the caller has to note down.
 */
export async function addCustomer(
  db: Db,
  customer: { number: string; name: string; email?: string },
  policy: Pick<Policy, 'firstLogin'>,
  now: Date,
  also: (tx: Tx, partyId: number) => Promise<void> = async () => undefined,
): Promise<AddedCustomer> {
  const read = readCustomer(customer)
  if (!read.ok) return read
  const { person, email } = read
  return transaction(db, async (tx) => {
    const [partyId] = await findOrAddParties(tx, [person], now)
    if (partyId === undefined) return refuse('bad-number')
    const windowClosesAt = await openWindow(tx, partyId, policy, now)
    if (windowClosesAt === null) return refuse('has-login')
    if (email) await addBankAddress(tx, partyId, email, now)
    await also(tx, partyId)
    return { ok: true, partyId, windowClosesAt }
  })
}

type ReadCustomer =
  | { ok: true; person: NamedPerson; email: string | null }
  | ReturnType<typeof refuse>

/** A customer as typed, or as a row of a file has them: whether that can be one. */
export function readCustomer(typed: {
  number: string
  name: string
  email?: string
}): ReadCustomer {
  const canonical = canonicalTaxId(typed.number)
  const kind = canonical === null ? null : kindOf(canonical)
  if (canonical === null || kind === null) return refuse('bad-number')
  const name = typed.name.trim().replaceAll(/\s+/g, ' ')
  if (name === '' || name.length > NAME_MAX || CONTROL.test(name)) return refuse('bad-name')
  const email = typed.email ? parseEmail(typed.email) : null
  if (typed.email && email === null) return refuse('bad-email')
  return { ok: true, person: { name, numbers: partyNumbers(kind, canonical) }, email }
}

function kindOf(canonical: string): 'cedula' | 'ruc' | null {
  if (isCedula(canonical)) return 'cedula'
  return isRuc(canonical) ? 'ruc' : null
}

function refuse(refusal: AddCustomerRefusal) {
  return { ok: false as const, refusal, message: MESSAGES[refusal] }
}
