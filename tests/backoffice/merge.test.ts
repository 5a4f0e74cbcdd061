import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { loadSubject } from '#src/backoffice/customers/load/load-subject.ts'
import { transaction } from '#src/db/transaction.ts'
import { findOrAddParties } from '#src/identity/parties/party-store.ts'
import type { Day } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, firstLogin, MARIA, PEDRO, signIn } from '#tests/identity/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { proposeAddress, proposeAs, toldBy } from './support.ts'

const ONE = { ...MARIA, number: maria.id }
const OTHER = { ...PEDRO, number: pedro.id, name: 'M. J. Paredes Villacís' }
const draft = { day: '2026-11-16' as Day, series: '001-002' }
const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
const toBoth = [maria, pedro].map((to, at) => invoice({ ...draft, sequence: at + 1 }, to, lines))

/** One person, known by two numbers as two; who proposes and who approves. */
async function openWorld(portal: TestPortal) {
  const one = await addPerson(portal, ONE, 'uno@correo.example')
  const other = await addPerson(portal, OTHER, 'otro@correo.example')
  await load(portal.db, toBoth, portal.clock.now())
  const lucia = await colleague(portal, 'lucia', 'loader')
  const eva = await colleague(portal, 'eva', 'approver')
  return { one, other, lucia: lucia.browser, eva: eva.browser }
}

async function propose(browser: Browser, to: number, con: string): Promise<string> {
  const form = { con, motivo: 'Trajo su cédula y su pasaporte' }
  await browser.post(`/interno/clientes/${to}/union`, form)
  const page = await browser.get(`/interno/clientes/${to}`)
  return /href="(\/interno\/aprobaciones\/\d+)"/.exec(page.body)?.[1] ?? page.body
}

async function countOf(
  portal: TestPortal,
  table: 'receipt_owner' | 'receipt_day' | 'party_word',
  partyId: number,
) {
  const rows = await portal.db
    .selectFrom(table)
    .select('party_id')
    .where('party_id', '=', partyId)
    .execute()
  return rows.length
}

eachDatabase((open) => {
  it('makes one customer of two, with the receipts, numbers and access of both', async () => {
    const portal = await openPortal({ db: await open() })
    const { one, other, lucia, eva } = await openWorld(portal)
    const customer = portal.browser()
    await portal.db.deleteFrom('contact').where('party_id', '=', other).execute()
    await firstLogin(portal, customer, OTHER)
    const preview = await lucia.get(`/interno/clientes/${one}/union?con=${OTHER.number}`)
    for (const text of ['1 comprobante', 'su acceso', OTHER.name])
      expect(preview.body).toContain(text)
    const proposal = await propose(lucia, one, OTHER.number)
    expect(await toldBy(eva, `${proposal}/aprobacion`)).toBe('Aprobada y hecha.')

    const list = await customer.get('/comprobantes?periodo=rango')
    for (const number of ['001-002-000000001', '001-002-000000002'])
      expect(list.body).toContain(number)
    for (const number of [ONE.number, OTHER.number]) {
      expect((await signIn(portal.browser(), number, OTHER.password)).statusCode).toBe(303)
    }
    expect((await lucia.get(`/interno/clientes/${other}`)).headers.location).toBe(
      `/interno/clientes/${one}`,
    )
    const found = await lucia.get('/interno/clientes?q=villacis')
    expect(found.body).toContain(`href="/interno/clientes/${one}"`)
    expect(found.body).not.toContain(`href="/interno/clientes/${other}"`)
    expect(await countOf(portal, 'receipt_owner', other)).toBe(0)
    expect(await countOf(portal, 'party_word', other)).toBe(0)
    expect(await countOf(portal, 'receipt_day', other)).toBe(0)
    expect(list.body).toContain('2 comprobantes')
    // A receipt to the number that went is the one customer's too.
    await load(portal.db, [invoice({ ...draft, sequence: 3 }, pedro, lines)], portal.clock.now())
    expect(await countOf(portal, 'receipt_owner', one)).toBe(3)
    expect(await toldBy(lucia, `/interno/clientes/${other}/ventana`)).toBe('404')
  })

  it('keeps the addresses of both, and that of who stays as the one that counts', async () => {
    const portal = await openPortal({ db: await open() })
    const { one, lucia, eva } = await openWorld(portal)
    await toldBy(eva, `${await propose(lucia, one, OTHER.number)}/aprobacion`)
    const contacts = await portal.db
      .selectFrom('contact')
      .select(['party_id', 'value', 'replaced_at'])
      .orderBy('id')
      .execute()
    expect(contacts).toEqual([
      { party_id: one, value: 'uno@correo.example', replaced_at: null },
      { party_id: one, value: 'otro@correo.example', replaced_at: expect.any(String) },
    ])
  })

  it('merges no two who both sign in, and none that was merged meanwhile', async () => {
    const portal = await openPortal({ db: await open() })
    const { one, other, lucia, eva } = await openWorld(portal)
    await portal.db.deleteFrom('contact').execute()
    const there = await propose(lucia, one, OTHER.number)
    const back = await propose(lucia, other, ONE.number)
    await firstLogin(portal, portal.browser(), ONE)
    await firstLogin(portal, portal.browser(), OTHER)
    expect(await toldBy(eva, `${there}/aprobacion`)).toContain('Los dos ya tienen acceso')
    const shown = await lucia.get(`/interno/clientes/${one}/union?con=${OTHER.number}`)
    expect([shown.statusCode, shown.body]).toEqual([422, expect.stringContaining('Los dos ya')])
    await portal.db.deleteFrom('one_time_code').execute()
    await portal.db
      .updateTable('login')
      .set({ party_id: null })
      .where('party_id', '=', one)
      .execute()
    expect(await toldBy(eva, `${there}/aprobacion`)).toBe('Aprobada y hecha.')
    expect(await toldBy(eva, `${back}/aprobacion`)).toContain('ya se unió')
    expect(await countOf(portal, 'receipt_owner', one)).toBe(2)
  })

  it('carries out no proposal upon who went, and says why', async () => {
    const portal = await openPortal({ db: await open() })
    const { one, other, lucia, eva } = await openWorld(portal)
    const proposer = await colleague(portal, 'dora', 'loader')
    const contact = await proposeAddress(portal, proposer, other)
    const about = (id: number) => `/interno/aprobaciones/${id}`
    const approve = (address: string) => toldBy(eva, `${address}/aprobacion`)
    const bulk = async (kind: 'windows.open' | 'contacts.change', load: number, ids: number[]) => {
      const changes = ids.map((partyId) => ({ partyId, email: `nuevo${partyId}@correo.example` }))
      const payload = kind === 'windows.open' ? { partyIds: ids } : { changes }
      const proposal = { kind, subject: loadSubject(load), payload, reason: 'Base de la agencia' }
      const proposed = await proposeAs(portal, proposer, proposal)
      return about(proposed.ok ? proposed.id : 0)
    }
    const [windows, windowsOfOther] = [
      await bulk('windows.open', 1, [one, other]),
      await bulk('windows.open', 2, [other]),
    ]
    const [contacts, contactsOfOther] = [
      await bulk('contacts.change', 1, [one, other]),
      await bulk('contacts.change', 2, [other]),
    ]
    const there = await propose(lucia, one, OTHER.number)
    await propose(lucia, other, ONE.number)
    expect(await approve(there)).toBe('Aprobada y hecha.')

    const { body } = await eva.get('/interno/aprobaciones')
    expect(body.match(/Cliente unido a otro/g)).toHaveLength(2)
    expect(body.match(/Ya no se puede hacer/g)).toHaveLength(2)
    expect(body.match(/1 que se unió a otro cliente/g)).toHaveLength(4)
    expect(await approve(about(contact.ok ? contact.id : 0))).toContain('resultó ser otro')
    for (const address of [windowsOfOther, contactsOfOther])
      expect(await approve(address)).toContain('Todos ellos resultaron ser otros clientes')
    for (const address of [windows, contacts])
      expect(await approve(address)).toBe('Aprobada y hecha.')
    const opened = await portal.db.selectFrom('first_login_window').select('party_id').execute()
    expect(opened).toEqual([{ party_id: one }])
    const held = await portal.db
      .selectFrom('contact')
      .select(['party_id', 'value'])
      .where('replaced_at', 'is', null)
      .execute()
    expect(held).toEqual([{ party_id: one, value: `nuevo${one}@correo.example` }])
  })

  it('leaves no receipt to nobody when a load and a merge meet', async () => {
    const portal = await openPortal({ db: await open() })
    const { one, other, lucia, eva } = await openWorld(portal)
    const proposal = await propose(lucia, one, OTHER.number)
    const person = {
      name: OTHER.name,
      numbers: [{ number: OTHER.number, kind: 'cedula' as const }],
    }
    let merged: Promise<string> = Promise.resolve('')
    await transaction(portal.db, async (tx) => {
      const [owner = 0] = await findOrAddParties(tx, [person], portal.clock.now())
      merged = toldBy(eva, `${proposal}/aprobacion`)
      await new Promise((resolve) => setTimeout(resolve, 100))
      await tx
        .updateTable('receipt_owner')
        .set({ concept: 'Lo que la carga escribe' })
        .where('party_id', '=', owner)
        .execute()
    })
    expect(await merged).toBe('Aprobada y hecha.')
    const written = await portal.db
      .selectFrom('receipt_owner')
      .select('concept')
      .where('party_id', '=', one)
      .execute()
    expect(written.map(({ concept }) => concept)).toContain('Lo que la carga escribe')
    expect(await countOf(portal, 'receipt_owner', other)).toBe(0)
  })
})

it.each([
  ['1799999999', 'Ningún cliente tiene esa identificación'],
  [ONE.number, 'Es el mismo cliente'],
  ['%', 'Ningún cliente tiene esa identificación'],
])('refuses to merge with %s, with a sentence', async (con, sentence) => {
  const portal = await openPortal()
  const { one, lucia } = await openWorld(portal)
  const page = await lucia.get(`/interno/clientes/${one}/union?${new URLSearchParams({ con })}`)
  expect([page.statusCode, page.body]).toEqual([422, expect.stringContaining(sentence)])
  const form = { con, motivo: 'x' }
  expect((await lucia.post(`/interno/clientes/${one}/union`, form)).statusCode).toBe(422)
})
