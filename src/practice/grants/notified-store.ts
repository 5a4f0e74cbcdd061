import type { Db } from '../../db/open.ts'
import { parseEmail } from '../../values/email-address.ts'

/** Somebody who is told of an access. */
export interface Notified {
  partyId: number | null
  name: string
  address: string
}

/** The customer, when they have an access of their own and an address. */
export async function customerToTell(db: Db, partyId: number): Promise<Notified[]> {
  const rows = await db
    .selectFrom('login')
    .select(['party_id', 'display_name', 'email'])
    .where('party_id', '=', partyId)
    .where('role', '=', 'customer')
    .where('password_hash', 'is not', null)
    .execute()
  return rows.flatMap(toNotified)
}

/** The customer of a number, for a request that may be nobody's. */
export async function customerOfNumber(db: Db, number: string): Promise<Notified[]> {
  const party = await db
    .selectFrom('party_identification')
    .select('party_id')
    .where('number', '=', number)
    .executeTakeFirst()
  return party ? customerToTell(db, party.party_id) : []
}

/** Who leads a firm. */
export async function leadsToTell(db: Db, firmId: number): Promise<Notified[]> {
  const rows = await db
    .selectFrom('firm_member')
    .innerJoin('login', 'login.id', 'firm_member.login_id')
    .select(['login.party_id', 'login.display_name', 'login.email'])
    .where('firm_member.firm_id', '=', firmId)
    .where('firm_member.is_lead', '=', 1)
    .where('firm_member.removed_at', 'is', null)
    .execute()
  return rows.flatMap(toNotified)
}

function toNotified(row: {
  party_id: number | null
  display_name: string
  email: string | null
}): Notified[] {
  const address = row.email === null ? null : parseEmail(row.email)
  return address === null ? [] : [{ partyId: row.party_id, name: row.display_name, address }]
}
