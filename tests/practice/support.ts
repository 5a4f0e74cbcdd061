import crypto from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { transaction } from '#src/db/transaction.ts'
import { giveSession } from '#src/identity/session-guard.ts'
import { addFirm } from '#src/practice/firms/firm-store.ts'
import { addFirmMember, passClients } from '#src/practice/firms/member-store.ts'
import type { GrantedReading } from '#src/practice/grants/grant.ts'
import { addGrant } from '#src/practice/grants/grant-store.ts'
import type { Day } from '#src/values/day.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'

export const FIRM_RUC = '1790012345001'

export interface Accountant {
  loginId: number
  sessionId: string
  browser: Browser
}

/** A firm with one who leads it and one member who has no client yet, all of them signed in. */
export async function openFirm(portal: TestPortal, ruc = FIRM_RUC) {
  const lead = await signInAccountant(portal, `LEAD${crypto.randomInt(1e9)}`, 'Gabriela Andrade')
  const member = await signInAccountant(portal, `MEMB${crypto.randomInt(1e9)}`, 'Luis Cedeño')
  const now = portal.clock.now()
  const firmId = await transaction(portal.db, async (tx) => {
    const firm = { ruc, name: 'Andrade & Asociados', createdBy: lead.loginId }
    const id = (await addFirm(tx, firm, now)) ?? 0
    for (const [one, isLead] of [
      [lead, true],
      [member, false],
    ] as const) {
      const added = { loginId: one.loginId, firmId: id, isLead, addedBy: lead.loginId }
      await addFirmMember(tx, added, now)
    }
    return id
  })
  return { firmId, lead, member }
}

/** What a grant covers unless a test says otherwise: everything, for a year. */
const WHOLE: GrantedReading = {
  recipient: null,
  kinds: [],
  from: null,
  to: null,
  endsOn: '2027-11-21' as Day,
}

export function grant(
  portal: TestPortal,
  to: { partyId: number; firmId: number; by: number },
  parts: Partial<GrantedReading> = {},
): Promise<number> {
  const { partyId, firmId, by } = to
  const whole = { ...WHOLE, ...parts, partyId, firmId, requestId: null, grantedBy: by }
  return transaction(portal.db, (tx) => addGrant(tx, whole, portal.clock.now()))
}

export function pass(portal: TestPortal, member: Accountant, partyIds: readonly number[]) {
  const { loginId } = member
  return transaction(portal.db, (tx) =>
    passClients(tx, loginId, partyIds, loginId, portal.clock.now()),
  )
}

/** Signs an accountant in past the door, whose own tests show that there is no other way. */
async function signInAccountant(
  portal: TestPortal,
  username: string,
  name: string,
): Promise<Accountant> {
  const { app, db, clock } = portal
  const at = clock.now().toISOString()
  const { id: loginId } = await db
    .insertInto('login')
    .values({
      party_id: null,
      username,
      display_name: name,
      role: 'accountant',
      email: `${username.toLowerCase()}@firma.example`,
      created_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const sessionId = crypto.randomUUID()
  const expires = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString()
  await db
    .insertInto('session')
    .values({
      id: sessionId,
      scope: 'full',
      login_id: loginId,
      party_id: null,
      subject: '',
      user_agent: '',
      address: '',
      created_at: at,
      seen_at: at,
      expires_at: expires,
    })
    .execute()
  const browser = portal.browser()
  const reply = {
    server: app,
    setCookie: (cookie: string, value: string) => browser.cookies.set(cookie, value),
  }
  giveSession(reply as unknown as FastifyReply, sessionId)
  return { loginId, sessionId, browser }
}
