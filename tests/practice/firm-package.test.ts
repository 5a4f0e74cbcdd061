import crypto from 'node:crypto'
import { expect, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { giveSession } from '#src/identity/session-guard.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, type SignedIn } from '../receipts/support/signed-in.ts'
import { unzip } from '../receipts/support/unzip.ts'
import { ask, askAndMake, work } from './package-support.ts'

const NOVEMBER = 'periodo=rango&desde=2026-11-01&hasta=2026-11-30'

/** An accountant whose firm María has granted her facturas, and Pedro everything. */
async function aFirm(portal: TestPortal): Promise<SignedIn & { firmId: number }> {
  const { db, clock } = portal
  const at = clock.now().toISOString()
  const person = { username: 'gabriela', display_name: 'GABRIELA ANDRADE', party_id: null }
  const login = { ...person, role: 'accountant' as const, email: 'gabriela@contadores.example' }
  const { id: loginId } = await db
    .insertInto('login')
    .values({ ...login, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const firm = { ruc: '0992222222001', name: 'Contadores del Litoral', created_by: loginId }
  const { id: firmId } = await db
    .insertInto('firm')
    .values({ ...firm, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const member = { login_id: loginId, firm_id: firmId, is_lead: 1, added_by: loginId, added_at: at }
  await db.insertInto('firm_member').values(member).execute()
  for (const [client, kinds] of [
    [maria, 'invoice'],
    [pedro, ''],
  ] as const) {
    const party = await findPartyByNumber(db, client.id)
    const grant = { party_id: party?.id ?? 0, firm_id: firmId, kinds, ends_on: '2026-12-31' }
    await db
      .insertInto('access_grant')
      .values({ ...grant, granted_by: loginId, granted_at: at })
      .execute()
  }
  const sessionId = crypto.randomUUID()
  const session = { id: sessionId, scope: 'full' as const, login_id: loginId, subject: '' }
  const expires_at = new Date(clock.now().getTime() + 8 * 3_600_000).toISOString()
  const times = { created_at: at, seen_at: at, expires_at }
  await db
    .insertInto('session')
    .values({ ...session, ...times, user_agent: '', address: '' })
    .execute()
  const browser = portal.browser()
  const setCookie = (name: string, value: string) => browser.cookies.set(name, value)
  giveSession({ server: portal.app, setCookie } as never, sessionId)
  return { browser, partyId: 0, loginId, sessionId, firmId }
}

function revoke({ db, clock }: TestPortal, firmId: number) {
  return db
    .updateTable('access_grant')
    .set({ revoked_at: clock.now().toISOString() })
    .where('firm_id', '=', firmId)
    .where('kinds', '=', 'invoice')
    .execute()
}

eachDatabase((open) => {
  test('a firm’s package has what was granted, by client, and ends with a grant', async () => {
    const portal = await openPortal({ db: await open() })
    await load(
      portal,
      demoReceipts('2026-11-21' as Day).filter(({ name }) => name.slice(2, 8) === '112026'),
    )
    const theirs = await aFirm(portal)
    const address = await askAndMake(portal, theirs, NOVEMBER, 'xml')
    const entries = await unzip((await theirs.browser.get(`${address}.zip`)).rawPayload)
    const xml = [...entries.keys()].filter((name) => name.endsWith('.xml'))
    const ofMaria = xml.filter((name) => name.startsWith(maria.id))
    expect(ofMaria.length).toBeGreaterThan(0)
    expect(ofMaria.every((name) => name.includes('/factura/'))).toBe(true)
    expect(xml.filter((name) => name.startsWith(pedro.id)).length).toBe(xml.length - ofMaria.length)
    // Every reading names the grant by which it was, for the customer to see.
    const readings = await portal.db.selectFrom('receipt_reading').select('grant_id').execute()
    expect(readings.length).toBe(xml.length)
    expect(readings.every(({ grant_id }) => grant_id !== null)).toBe(true)

    const begun = await ask(theirs, NOVEMBER, 'xml')
    await revoke(portal, theirs.firmId)
    await work(portal)
    expect((await theirs.browser.get(begun)).body).toContain('Cambió tu permiso')
    expect((await theirs.browser.get(`${begun}.zip`)).statusCode).toBe(409)
    const finished = await theirs.browser.get(`${address}.zip`)
    expect(finished.statusCode).toBe(409)
    expect(finished.body).toContain('Ya no tienes permiso para esta descarga')
    const left = await askAndMake(portal, theirs, NOVEMBER, 'xml')
    const names = [...(await unzip((await theirs.browser.get(`${left}.zip`)).rawPayload)).keys()]
    expect(names.some((name) => name.startsWith(maria.id))).toBe(false)
    expect(names.some((name) => name.startsWith(pedro.id))).toBe(true)
  })
})
