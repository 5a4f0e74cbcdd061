import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSession } from '#tests/receipts/support/signed-in.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { openFirm } from '../programs/support.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

it('has no fault on any page of a firm’s keys, nor on the one about the API', {
  timeout: 300_000,
}, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const { leadId } = await openFirm({ portal })
  const { page, context, complaints } = await visit(chromium)
  const { browser } = await openSession(portal, { loginId: leadId, partyId: null })
  await context.addCookies([...browser.cookies].map(([name, value]) => ({ name, value, url })))
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsInEveryLook(page, name)))
  await page.goto(`${url}/empresas/claves`)
  await look('claves-ninguna')
  await page.getByRole('link', { name: 'Crear una clave' }).click()
  await page.getByLabel('Para qué programa es').fill('Sistema contable')
  await page.getByLabel('Solo los que marque').check()
  await page.getByRole('button', { name: 'Crear la clave' }).click()
  await look('claves-rechazada')
  await page.getByLabel(/ANDRADE|Andrade/).check()
  await page.getByRole('button', { name: 'Crear la clave' }).click()
  await look('claves-creada')
  const text = (await page.locator('code.clave').textContent()) ?? ''
  const made = await page.request.post(`${url}/api/v1/webhooks`, {
    headers: { authorization: `Bearer ${text}` },
    data: { url: 'http://127.0.0.1:9/avisos' },
  })
  expect(made.status()).toBe(201)
  await page.getByRole('link', { name: 'Ya la guardé' }).click()
  await look('claves-una')
  await page.getByRole('link', { name: 'Sistema contable' }).click()
  await page.getByRole('button', { name: 'Probar ahora' }).click()
  await page.getByText('No se llegó a la dirección').waitFor()
  await look('clave')
  await page.goto(`${url}/api`)
  await page.getByText('Buscar comprobantes').click()
  await look('api')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
