import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { keyOf } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Day } from '#src/values/day.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { enrol, faultsOf, keepSent } from '../identity/staff/window.ts'
import { foundBank } from '../issuing/bank.ts'
import { load, register } from '../receipts/alert-world.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

const BILL = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
const SERVICES = [
  { code: 'SW', description: 'Transferencia al exterior', cents: 5_600 },
  { code: 'EC', description: 'Estado de cuenta impreso', cents: 200 },
]

it('gives an invoice back in two clicks, on pages without a fault', {
  timeout: 180_000,
}, async () => {
  const portal = await openLivePortal()
  await foundBank(portal.db, { environment: 'production' })
  await register(portal.db, maria)
  await load(portal.db, [invoice(BILL, maria, SERVICES)])
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, portal.url, 'rosa', 'loader')
  await page.goto(`${portal.url}/interno/comprobantes/${keyOf('invoice', BILL)}`)
  await page.click('a:has-text("Nota de crédito")')
  await page.check('#alcance-parte')
  await page.fill('#monto-0', '90')
  await page.fill('#motivo', 'Se cobró dos veces')
  await page.click('main button.primario')
  await page.locator('.mensaje-error').first().waitFor()
  await look('nota-de-credito')
  await page.fill('#monto-0', '6,00')
  await page.click('main button.primario')
  await page.locator('.aviso.ok').waitFor()
  await look('factura-acreditada')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
