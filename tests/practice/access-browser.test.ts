import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { enrol } from '#tests/identity/staff/window.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import type { Browser as Client } from '#tests/support/portal.ts'
import { bill, keyOf } from './programs/support.ts'
import { FIRM_RUC, grant, openFirm } from './support.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium.close())

const RECEIPT = bill(1, maria)
const FIRM = 'Andrade & Asociados'

/** A window of somebody who is signed in. */
async function windowOf({ url }: LivePortal, { cookies }: Client) {
  const opened = await visit(chromium)
  await opened.context.addCookies([...cookies].map(([name, value]) => ({ name, value, url })))
  return opened
}

/** A customer and who leads a firm, each at a window of their own. */
async function openBoth() {
  const portal = await openLivePortal()
  await load(portal, [RECEIPT])
  const { lead } = await openFirm(portal)
  const customer = await windowOf(portal, (await signInPerson(portal, maria)).browser)
  const accountant = await windowOf(portal, lead.browser)
  const faults: string[] = []
  const look = async (page: Page, name: string) => {
    faults.push(...(await faultsInEveryLook(page, name)))
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  return { portal, customer, accountant, faults, look }
}

/** Types the code of the last mail that brought one. */
async function confirm(portal: LivePortal, page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Confirma el acceso' }).waitFor()
  const mail = (await portal.inbox()).findLast(({ reason }) => reason === 'access-code')
  const code = /Código temporal: (\S+)/.exec(mail?.text ?? '')?.[1] ?? ''
  await page.getByLabel('Código temporal').fill(code)
  await page.getByRole('button', { name: 'Confirmar' }).click()
  await page.getByText(`${FIRM} ya puede ver y descargar tus comprobantes`).waitFor()
}

const statusOf = async (page: Page, address: string) => (await page.goto(address))?.status()

test('a customer gives a firm access by a code, both see it, and it ends when taken back', {
  timeout: 120_000,
}, async () => {
  const { portal, customer, accountant, faults, look } = await openBoth()
  const { url } = portal
  const receipt = `${url}/comprobantes/${keyOf(RECEIPT)}`
  expect(await statusOf(accountant.page, receipt)).toBe(404)
  await accountant.page.goto(`${url}/empresas`)
  await accountant.page.getByText('Todavía no ves a ningún cliente').waitFor()
  await look(accountant.page, 'empresas-ninguna')

  await customer.page.goto(`${url}/perfil/accesos`)
  await look(customer.page, 'accesos-ninguno')
  await customer.page.getByRole('link', { name: 'Dar acceso' }).first().click()
  await customer.page.getByLabel('RUC de la firma').fill('1790012345002')
  await customer.page.getByRole('button', { name: 'Continuar' }).click()
  await customer.page.getByText('Ese no es un RUC').first().waitFor()
  await look(customer.page, 'acceso-rechazado')
  await customer.page.getByLabel('RUC de la firma').fill(FIRM_RUC)
  await customer.page.getByRole('button', { name: 'Continuar' }).click()
  await customer.page.getByText(FIRM).waitFor()
  await look(customer.page, 'acceso-codigo')
  // Until she confirms it, nobody sees anything.
  expect(await statusOf(accountant.page, receipt)).toBe(404)
  await confirm(portal, customer.page)
  await look(customer.page, 'accesos-uno')

  await accountant.page.goto(`${url}/empresas`)
  await look(accountant.page, 'empresas-una')
  await accountant.page.getByRole('link', { name: /^Paredes/i }).click()
  await accountant.page.getByRole('link', { name: '001-002-000000001' }).first().click()
  await accountant.page.waitForURL(receipt)
  await customer.page.goto(receipt)
  await customer.page.getByText('Gabriela Andrade vio este comprobante').waitFor()

  await customer.page.goto(`${url}/perfil/accesos`)
  await customer.page.getByRole('button', { name: `Quitar acceso a ${FIRM}` }).click()
  await customer.page.getByText(`Quitaste el acceso a ${FIRM}.`).waitFor()
  await customer.page.getByText('Retirado').waitFor()
  await look(customer.page, 'accesos-retirado')
  expect(await statusOf(accountant.page, receipt)).toBe(404)
  await accountant.page.goto(`${url}/empresas`)
  await accountant.page.getByText('Todavía no ves a ningún cliente').waitFor()
  expect(faults).toEqual([])
  expect([...customer.complaints, ...accountant.complaints]).toEqual([])
})

test('an accountant asks, the customer approves it with a code, and both see what became of it', {
  timeout: 120_000,
}, async () => {
  const { portal, customer, accountant, faults, look } = await openBoth()
  const { url } = portal
  const receipt = `${url}/comprobantes/${keyOf(RECEIPT)}`
  await accountant.page.goto(`${url}/empresas`)
  await accountant.page.getByRole('link', { name: 'Pedir acceso' }).first().click()
  await accountant.page.getByLabel('Cédula o RUC de tu cliente').fill(maria.id)
  await accountant.page.getByLabel('Para qué lo necesitas').fill('Corto')
  await accountant.page.getByRole('button', { name: 'Enviar el pedido' }).click()
  await accountant.page.getByText('Escribe para qué lo necesitas').first().waitFor()
  await look(accountant.page, 'pedido-rechazado')
  await accountant.page
    .getByLabel('Para qué lo necesitas')
    .fill('Llevo tu contabilidad desde enero')
  await accountant.page.getByRole('button', { name: 'Enviar el pedido' }).click()
  await accountant.page.getByText('Espera respuesta').waitFor()
  await look(accountant.page, 'pedido-enviado')
  expect(await statusOf(accountant.page, receipt)).toBe(404)
  const asked = (await portal.inbox()).find(({ reason }) => reason === 'access-asked')
  expect(asked?.text).toContain('/perfil/accesos')

  await customer.page.goto(`${url}/perfil/accesos`)
  await customer.page.getByText('Llevo tu contabilidad desde enero').waitFor()
  await look(customer.page, 'accesos-pedido')
  await customer.page.getByRole('link', { name: `Revisar y dar acceso a ${FIRM}` }).click()
  await customer.page.getByText(`${FIRM} te lo pidió`).waitFor()
  await look(customer.page, 'acceso-pedido')
  await customer.page.getByRole('button', { name: 'Continuar' }).click()
  await confirm(portal, customer.page)
  expect(await customer.page.getByText('Te piden acceso').count()).toBe(0)

  await accountant.page.goto(`${url}/empresas/solicitar`)
  await accountant.page.getByText('Te dio acceso').waitFor()
  await look(accountant.page, 'pedido-aprobado')
  expect(await statusOf(accountant.page, receipt)).toBe(200)
  await customer.page.getByRole('button', { name: `Quitar acceso a ${FIRM}` }).click()
  await customer.page.getByText(`Quitaste el acceso a ${FIRM}.`).waitFor()
  expect(await statusOf(accountant.page, receipt)).toBe(404)
  expect(faults).toEqual([])
  expect([...customer.complaints, ...accountant.complaints]).toEqual([])
})

test('the bank registers firms and sees what they may read; who leads one gives its people access', {
  timeout: 120_000,
}, async () => {
  const { portal, accountant, faults, look } = await openBoth()
  const { url, db } = portal
  const ana = await visit(chromium)
  const { page } = ana
  await enrol(portal, page, url, 'ana')
  await page.goto(`${url}/interno/contadores/nueva`)
  await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await page.getByLabel('RUC de la firma').fill('1790012345002')
  await page.getByRole('button', { name: 'Registrar la firma' }).click()
  await page.getByText('Ese no es un RUC').first().waitFor()
  await look(page, 'firma-de-contadores-rechazada')
  const { id } = (await findPartyByNumber(db, maria.id)) ?? { id: 0 }
  const { id: firmId, created_by: by } = await db
    .selectFrom('firm')
    .select(['id', 'created_by'])
    .executeTakeFirstOrThrow()
  await grant(portal, { partyId: id, firmId, by })
  await page.goto(`${url}/interno/contadores`)
  await look(page, 'contadores')
  await page.getByRole('link', { name: FIRM }).click()
  await page.getByRole('heading', { name: 'Accesos que le dieron' }).waitFor()
  await page.getByRole('link', { name: /^Paredes/i }).waitFor()
  await look(page, 'contador')

  const lead = accountant.page
  await lead.goto(`${url}/empresas/equipo`)
  await look(lead, 'equipo')
  await lead.getByRole('link', { name: 'Dar acceso' }).click()
  await lead.getByRole('heading', { name: 'Dar acceso' }).waitFor()
  await lead.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await lead.getByRole('button', { name: 'Dar acceso' }).click()
  await lead.locator('[aria-invalid="true"]').first().waitFor()
  await look(lead, 'equipo-rechazado')
  expect(faults).toEqual([])
  expect([...ana.complaints, ...accountant.complaints]).toEqual([])
})
