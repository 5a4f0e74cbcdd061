import type { Person } from '#fixtures/people.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { type SignedIn, signIn } from '#tests/receipts/support/signed-in.ts'
import type { TestPortal } from '#tests/support/portal.ts'

/** An accountant, lead of a firm of their own, signed in. */
export async function openFirm(
  portal: TestPortal,
  of: Person,
): Promise<SignedIn & { firmId: number }> {
  const party = await findPartyByNumber(portal.db, of.id)
  if (!party) throw new Error(`${of.name} owns nothing yet`)
  const signed = await signIn(portal, party.id, 'Gabriela Andrade')
  await portal.db
    .updateTable('login')
    .set({ party_id: null, role: 'accountant' })
    .where('id', '=', signed.loginId)
    .execute()
  await portal.db
    .updateTable('session')
    .set({ party_id: null })
    .where('id', '=', signed.sessionId)
    .execute()
  const at = portal.clock.now().toISOString()
  const firm = await portal.db
    .insertInto('firm')
    .values({
      ruc: '1790000008001',
      name: 'Andrade y Asociados',
      created_by: signed.loginId,
      created_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await portal.db
    .insertInto('firm_member')
    .values({
      login_id: signed.loginId,
      firm_id: firm.id,
      is_lead: 1,
      added_by: signed.loginId,
      added_at: at,
    })
    .execute()
  return { ...signed, firmId: firm.id }
}

/** What a customer lets the firm read. */
export async function grant(
  portal: TestPortal,
  firm: { firmId: number; loginId: number },
  person: Person,
  changes: { kinds?: string; ends?: string; number?: string; from?: string } = {},
): Promise<number> {
  const party = await findPartyByNumber(portal.db, person.id)
  const { id } = await portal.db
    .insertInto('access_grant')
    .values({
      party_id: party?.id ?? 0,
      firm_id: firm.firmId,
      recipient_number: changes.number ?? null,
      kinds: changes.kinds ?? '',
      from_day: changes.from ?? null,
      ends_on: changes.ends ?? '2026-12-31',
      granted_by: firm.loginId,
      granted_at: portal.clock.now().toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
