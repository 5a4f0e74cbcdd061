import { expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Day } from '#src/values/day.ts'
import type { Colleague } from '#tests/identity/staff/support.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, firstLogin, MARIA, PEDRO } from '#tests/identity/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

const draft = { day: '2026-11-16' as Day, series: '001-002' }
const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
const mine = invoice({ ...draft, sequence: 1 }, maria, lines)
const hers = invoice({ ...draft, sequence: 2 }, pedro, lines)
const REASON = 'Llamó porque no ve su <factura>'
const ESCAPED = 'Llamó porque no ve su &lt;factura&gt;'

/** María, who has an access and a receipt; Pedro, who has another; and Ana, who may look. */
async function openWorld(portal: TestPortal) {
  const person = { ...MARIA, number: maria.id }
  const partyId = await addPerson(portal, person)
  const browser = portal.browser()
  await firstLogin(portal, browser, person)
  await addPerson(portal, { ...PEDRO, number: pedro.id })
  await load(portal.db, [mine, hers], portal.clock.now())
  const rows = await portal.db.selectFrom('receipt').select('access_key').orderBy('id').execute()
  const [own = '', other = ''] = rows.map(({ access_key }) => access_key)
  const ana = await colleague(portal, 'ana', 'administrator')
  return { partyId, browser, own, other, ana }
}

async function look({ browser }: Colleague, partyId: number) {
  return browser.post(`/interno/clientes/${partyId}/vista`, { motivo: REASON })
}

async function readings({ db }: TestPortal) {
  return db
    .selectFrom('receipt_reading')
    .innerJoin('login', 'login.id', 'receipt_reading.login_id')
    .select(['username', 'action'])
    .orderBy('receipt_reading.id')
    .execute()
}

eachDatabase((open) => {
  it('shows what the customer sees, and the customer who looked and why', async () => {
    const portal = await openPortal({ db: await open() })
    const { partyId, browser: customer, own, ana } = await openWorld(portal)
    expect((await look(ana, partyId)).headers.location).toBe('/comprobantes')
    const list = await ana.browser.get('/comprobantes?periodo=rango')
    expect(list.body).toContain('Ves el portal como María José Paredes')
    expect(list.body).toContain('001-002-000000001')
    const page = await ana.browser.get(`/comprobantes/${own}`)
    expect(page.body).toContain('001-002-000000001')
    expect((await ana.browser.get(`/comprobantes/${own}.xml`)).statusCode).toBe(200)
    const table = await ana.browser.get('/comprobantes.csv?periodo=rango')
    expect(table.body).toContain('001-002-000000001')
    expect(await readings(portal)).toEqual(
      ['page', 'xml', 'csv'].map((action) => ({ username: 'ana', action })),
    )

    const story = await customer.get(`/comprobantes/${own}`)
    for (const text of ['El banco vio este comprobante', 'El banco descargó el XML', ESCAPED])
      expect(story.body).toContain(text)
    expect(story.body).not.toContain('Descargaste')
    const profile = await customer.get('/perfil')
    expect(profile.body).toContain('El banco miró tu portal')
    expect(profile.body).toContain(ESCAPED)
    const end = await ana.browser.post('/interno/clientes/vista/fin')
    expect(end.headers.location).toBe(`/interno/clientes/${partyId}`)
    expect((await ana.browser.get('/comprobantes')).statusCode).toBe(303)
  })

  it('lets who looks change nothing, see nobody else, and stay no longer', async () => {
    const portal = await openPortal({ db: await open() })
    const { partyId, own, other, ana } = await openWorld(portal)
    await look(ana, partyId)
    const mails = (await portal.inbox()).length
    for (const [address, form] of [
      [`/comprobantes/${own}/correo`, {}],
      ['/comprobantes/descarga', { clave: own }],
    ] as const) {
      const answer = await ana.browser.post(address, form)
      expect([address, answer.statusCode]).toEqual([address, 403])
      expect(answer.body).toContain('Aquí solo puedes mirar')
    }
    for (const [address, form] of [
      ['/perfil/avisos', { avisos: 'off' }],
      ['/perfil/contrasena', { actual: 'x', nueva: 'y' }],
      ['/busquedas', { nombre: 'x', consulta: '' }],
    ] as const) {
      expect([address, (await ana.browser.post(address, form)).statusCode]).toEqual([address, 403])
    }
    for (const address of ['/perfil', '/perfil/sesiones', '/busquedas']) {
      expect((await ana.browser.get(address)).body).toContain('Esto es solo del cliente')
    }
    expect((await portal.inbox()).length).toBe(mails)
    expect((await ana.browser.get(`/comprobantes/${other}`)).statusCode).toBe(404)
    expect((await ana.browser.get(`/comprobantes/${other}.pdf`)).statusCode).toBe(404)
    const view = await portal.db.selectFrom('customer_view').selectAll().executeTakeFirstOrThrow()
    expect(Date.parse(view.ends_at) - Date.parse(view.started_at)).toBe(15 * 60_000)
    await portal.db
      .updateTable('customer_view')
      .set({ ends_at: portal.clock.now().toISOString() })
      .execute()
    const over = await ana.browser.get(`/comprobantes/${own}`)
    expect([over.statusCode, over.body]).toEqual([403, expect.stringContaining('terminó')])
    expect(await readings(portal)).toEqual([])
  })

  it('keeps one look a session, and none for another session or the role that has no right', async () => {
    const portal = await openPortal({ db: await open() })
    const { partyId, own, other, ana } = await openWorld(portal)
    const eva = await colleague(portal, 'eva', 'approver')
    const lucia = await colleague(portal, 'lucia', 'loader')
    expect((await look(lucia, partyId)).statusCode).toBe(403)
    await look(ana, partyId)
    expect((await eva.browser.get(`/comprobantes/${own}`)).statusCode).toBe(303)
    await look(ana, partyId + 1)
    expect((await ana.browser.get(`/comprobantes/${own}`)).statusCode).toBe(404)
    expect((await ana.browser.get(`/comprobantes/${other}`)).statusCode).toBe(200)
    const left = await portal.db
      .selectFrom('customer_view')
      .select('id')
      .where('ended_at', 'is', null)
      .execute()
    expect(left).toHaveLength(1)
    await portal.db.updateTable('login').set({ role: 'loader' }).where('id', '=', ana.id).execute()
    expect((await ana.browser.get(`/comprobantes/${other}`)).statusCode).toBe(303)
  })
})

it.each(['', '  ', 'x'.repeat(501)])('wants a reason, and not %j', async (motivo) => {
  const portal = await openPortal()
  const partyId = await addPerson(portal, { ...MARIA, name: 'PAREDES VILLACÍS MARÍA JOSÉ' })
  const { browser } = await colleague(portal, 'ana', 'administrator')
  const form = await browser.get(`/interno/clientes/${partyId}/vista`)
  expect(form.body).toContain('los comprobantes de Paredes Villacís María José como')
  const answer = await browser.post(`/interno/clientes/${partyId}/vista`, { motivo })
  expect([answer.statusCode, answer.body]).toEqual([
    422,
    expect.stringContaining('Escribe por qué'),
  ])
  expect((await browser.post('/interno/clientes/999/vista', { motivo: 'x' })).statusCode).toBe(404)
})
