import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { keyOf } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Day } from '#src/values/day.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { enrol, faultsOf, keepSent } from '../identity/staff/window.ts'
import { load, register } from '../receipts/alert-world.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

const BILL = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
const SERVICES = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]

it('has no fault on any page about annulments', { timeout: 180_000 }, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  await register(portal.db, maria)
  await load(portal.db, [invoice(BILL, maria, SERVICES)])
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'diego', 'loader')
  await page.goto(`${url}/interno/anulaciones`)
  await look('anulaciones-vacia')
  await page.goto(`${url}/interno/comprobantes/${keyOf('invoice', BILL)}`)
  await page.click('a:has-text("Anular")')
  await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await page.click('main button.peligro')
  await look('anulacion-error')
  await page.fill('#motivo', 'Se cobró dos veces')
  await page.click('main button.peligro')
  await page.locator('.aviso.ok').waitFor()
  await look('comprobante-por-anular')
  await page.goto(`${url}/interno/comprobantes/${keyOf('invoice', BILL)}/anulacion`)
  await look('anulacion-en-curso')
  await page.goto(`${url}/interno/anulaciones`)
  await look('anulaciones')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
