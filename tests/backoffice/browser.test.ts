import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Day } from '#src/values/day.ts'
import { enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { addPerson, MARIA, PEDRO } from '#tests/identity/support.ts'
import { load } from '#tests/receipts/alert-world.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { proposeAddress } from './support.ts'

const draft = { day: '2026-11-16' as Day, series: '001-002' }
const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
const bills = [1, 2, 3].map((sequence) => invoice({ ...draft, sequence }, maria, lines))

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

it('has no fault on any page of what takes two people', { timeout: 300_000 }, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const proposer = await visit(chromium)
  await enrol(portal, proposer.page, url, 'lucia', 'loader')
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'eva', 'approver')
  const list = `${url}/interno/aprobaciones`
  await page.goto(list)
  await look('aprobaciones-vacias')

  const lucia = await portal.db
    .selectFrom('login')
    .select('id')
    .where('username', '=', 'lucia')
    .executeTakeFirstOrThrow()
  await proposeAddress(portal, lucia, await addPerson(portal, MARIA, MARIA.email))
  await proposeAddress(portal, lucia, await addPerson(portal, PEDRO))
  await page.goto(list)
  await page.click('article:first-of-type summary:has-text("Rechazar")')
  await look('aprobaciones')
  await page
    .locator('article form[action$="rechazo"]')
    .first()
    .evaluate((form) => {
      form.setAttribute('novalidate', '')
    })
  await page.click('article:first-of-type button:has-text("Rechazar")')
  await look('aprobacion-error')
  await page.fill('input[name="motivo"]', 'La firma no coincide con la del contrato')
  await page.click('article button:has-text("Rechazar")')
  await page.waitForURL(list)
  await page.click('article summary:has-text("Aprobar")')
  await page.click('article button:has-text("Sí, aprobar")')
  await page.locator('.aviso.ok').waitFor()
  await look('aprobaciones-decididas')
  await page.click('tbody a')
  await look('aprobacion-decidida')
  await proposeAddress(portal, lucia, 1)
  await proposer.page.goto(list)
  faults.push(...(await faultsOf(proposer.page, 'aprobaciones-propias')))
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

it('has no fault on what somebody of the bank sees as a customer', {
  timeout: 300_000,
}, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'ana')
  const partyId = await addPerson(portal, { ...MARIA, number: maria.id }, MARIA.email)
  await load(portal.db, bills, portal.clock.now())
  await page.goto(`${url}/interno/clientes/${partyId}`)
  await look('cliente-administra')
  await page.click('a:has-text("Ver como el cliente")')
  await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await page.click('main form button')
  await look('vista-error')
  await page.fill('#motivo', 'Llamó porque no ve su factura')
  await page.click('main form button')
  await page.waitForURL('**/comprobantes*')
  faults.push(...(await faultsInEveryLook(page, 'vista-lista')))
  await page.goto(`${url}/comprobantes?periodo=rango`)
  await page.click('#resultados tbody th a')
  await page.locator('.linea-tiempo').waitFor()
  faults.push(...(await faultsInEveryLook(page, 'vista-comprobante')))
  await page.click('.vigilancia button')
  await page.waitForURL(`**/clientes/${partyId}`)
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

it('has no fault on any page of the customers', { timeout: 300_000 }, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'lucia', 'loader')
  const list = `${url}/interno/clientes`
  await page.goto(list)
  await look('clientes-vacios')
  const person = { ...MARIA, number: maria.id }
  const partyId = await addPerson(portal, person, MARIA.email)
  await addPerson(portal, PEDRO)
  await load(portal.db, bills, portal.clock.now())
  await page.goto(list)
  await look('clientes')
  await page.fill('#q', 'nadie')
  await page.getByText('No encontramos a nadie así').waitFor()
  await look('clientes-ninguno')
  await page.fill('#q', 'pared mar')
  await page.press('#q', 'Enter')
  await page.click(`tbody a[href$="/${partyId}"]`)
  await page.waitForURL(`${list}/${partyId}`)
  await look('cliente')
  await page.click('summary:has-text("Reenviar acceso")')
  await page.click('button:has-text("Sí, reenviar")')
  await page.click('summary:has-text("Cambiar el correo")')
  await page.fill('#correo', 'maria@')
  await page.locator('form[action$="correo"]').evaluate((form) => {
    form.setAttribute('novalidate', '')
  })
  await page.click('button:has-text("Proponer el cambio")')
  await look('cliente-correo-error')
  await page.fill('#correo', 'maria.nueva@correo.example')
  await page.fill('#motivo', 'Lo pidió en la agencia con su cédula')
  await page.click('button:has-text("Proponer el cambio")')
  await page.locator('.aviso.ok').waitFor()
  await look('cliente-propuesto')
  await page.click('a:has-text("unir con otro cliente")')
  await page.fill('#con', '1799999999')
  await page.click('main form button')
  await look('union-error')
  await page.fill('#con', PEDRO.number)
  await page.click('main form button')
  await look('union')
  await page.fill('#motivo', 'Trajo su cédula y su pasaporte')
  await page.click('main form button')
  await page.waitForURL(`${list}/${partyId}`)
  await page.goto(`${url}/interno/aprobaciones`)
  await look('aprobaciones-union')

  await page.goto(list)
  await page.click('a:has-text("Cargar clientes")')
  const file = (text: string) => ({
    name: 'clientes.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(text),
  })
  await page.setInputFiles('#archivo', file(' '))
  await page.click('main form button')
  await look('carga-error')
  const known = `${PEDRO.number};Pedro Andrade;pedro.nuevo@correo.example`
  const rows = [
    'identificacion;nombre;correo',
    known,
    '0926687856;Josefina Torre;jo@correo.example',
    '0900000000;Sin Dígito;',
  ]
  await page.setInputFiles('#archivo', file(rows.join('\n')))
  await page.click('main form button')
  await page.waitForURL(/carga\/\d+$/)
  await look('carga')
  await page.click('button:has-text("Registrar al nuevo")')
  await page.locator('.aviso.ok').waitFor()
  await page.click('summary:has-text("Abrir su primer ingreso")')
  await look('carga-confirmada')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
