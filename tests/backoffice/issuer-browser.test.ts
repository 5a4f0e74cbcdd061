import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { enrol, faultsOf, keepSent } from '../identity/staff/window.ts'
import { begin, ceibo, foundBank, request } from '../issuing/bank.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

it('has no fault on any page about who issues', { timeout: 180_000 }, async () => {
  const portal = await openLivePortal()
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  const own = `${portal.url}/interno/emisor`
  await enrol(portal, page, portal.url, 'ana', 'administrator')
  await page.goto(own)
  await look('emisor-vacio')
  await page.click('a:has-text("Registrar al emisor")')
  await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await page.click('main button.primario')
  await look('emisor-error')
  await foundBank(portal.db)
  await begin(portal.db, [request('a')])
  await page.goto(`${own}/${ceibo.ruc}/establecimientos/nuevo`)
  await look('establecimiento-nuevo')
  await page.goto(`${own}/${ceibo.ruc}/puntos/nuevo`)
  await look('punto-nuevo')
  await page.goto(`${own}/${ceibo.ruc}/puntos/001-002`)
  await page.fill('#siguiente', '40')
  await page.fill('#motivo', 'El sistema anterior llegó al 39')
  await page.click('button:has-text("Proponer el cambio")')
  await page.locator('.aviso.ok').waitFor()
  await look('punto')
  await page.goto(`${own}/${ceibo.ruc}/datos`)
  await page.fill('#retencion', '12')
  await page.fill('#motivo', 'Nos nombraron agente de retención')
  await page.click('main button.primario')
  await page.locator('.aviso.ok').waitFor()
  await look('emisor')
  await page.goto(`${portal.url}/interno/aprobaciones`)
  await look('aprobaciones-emisor')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
