import crypto from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Person } from '#fixtures/people.ts'
import type { ReceiptFile } from '#fixtures/receipts/authorized.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { giveSession } from '#src/identity/session-guard.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { packDocument } from '#src/receipts/documents/stored-document.ts'
import { keepReceipts } from '#src/receipts/kept/keep-receipts.ts'
import { readyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import type { Browser } from '#tests/support/portal.ts'

type Portal = { app: FastifyInstance; db: Db; clock: { now(): Date }; browser(): Browser }

/** Keeps files as loading does, without its workers. */
export async function load(portal: Pick<Portal, 'db' | 'clock'>, files: readonly ReceiptFile[]) {
  const ready = files.map(({ name, xml }) => {
    const bytes = Buffer.from(xml)
    const reading = readReceipt(bytes)
    if (!reading.ok) throw new Error(`${name}: ${reading.refusal.message}`)
    return readyReceipt(reading.receipt, bytes, name, (file) => packDocument(file, null))
  })
  const now = portal.clock.now()
  return transaction(portal.db, (tx) => keepReceipts(tx, ready, { policy: amazonas }, now))
}

export interface SignedIn {
  browser: Browser
  partyId: number
  loginId: number
  sessionId: string
}

/** Signs somebody in past the login page, whose own tests show that there is no other way in. */
export async function signIn(portal: Portal, partyId: number, name: string): Promise<SignedIn> {
  const { db, clock } = portal
  const at = clock.now().toISOString()
  const login = await db
    .insertInto('login')
    .values({
      party_id: partyId,
      username: `cliente-${partyId}`,
      display_name: name,
      role: 'customer',
      email: `cliente${partyId}@correo.example`,
      created_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { browser, sessionId } = await openSession(portal, { loginId: login.id, partyId })
  return { browser, partyId, loginId: login.id, sessionId }
}

/** A browser in which a login is signed in already. */
export async function openSession(
  portal: Portal,
  { loginId, partyId }: { loginId: number; partyId: number | null },
): Promise<{ browser: Browser; sessionId: string }> {
  const { app, db, clock } = portal
  const at = clock.now().toISOString()
  const sessionId = crypto.randomUUID()
  const expires = new Date(clock.now().getTime() + 8 * 3_600_000)
  await db
    .insertInto('session')
    .values({
      id: sessionId,
      scope: 'full',
      login_id: loginId,
      party_id: partyId,
      subject: '',
      user_agent: '',
      address: '',
      created_at: at,
      seen_at: at,
      expires_at: expires.toISOString(),
    })
    .execute()
  const browser = portal.browser()
  const reply = {
    server: app,
    setCookie: (cookie: string, value: string) => browser.cookies.set(cookie, value),
  }
  giveSession(reply as unknown as FastifyReply, sessionId)
  return { browser, sessionId }
}

/** Signs in the person of a fixture whose receipts were loaded. */
export async function signInPerson(portal: Portal, person: Person): Promise<SignedIn> {
  const party = await findPartyByNumber(portal.db, person.id)
  if (!party) throw new Error(`${person.name} owns nothing yet`)
  return signIn(portal, party.id, party.name)
}
