import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { approve, enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'

const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" rx="2" fill="#7a1fa2"/><path d="M2 5a3 3 0 016 0z" fill="#fff"/></svg>'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

async function propose(page: Page, reason: string): Promise<void> {
  await page.fill('#motivo', reason)
  await page.click('button:has-text("Proponer el cambio")')
  await page.waitForURL('**/vista-previa/*')
}

it('has no fault on any page of the parameters, nor on those with another brand', {
  timeout: 300_000,
}, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const approver = await visit(chromium)
  await enrol(portal, approver.page, url, 'eva', 'approver')
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  await enrol(portal, page, url, 'ana', 'administrator')
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  const list = `${url}/interno/parametros`

  await page.goto(`${list}/color`)
  await page.fill('#valor', '#7a1fa2')
  await page.click('button:has-text("Ver cómo quedaría")')
  await page.waitForURL('**/muestra?*')
  await look('parametros-muestra')
  await page.goto(`${list}/color`)
  await page.fill('#valor', '#ff9900')
  await page.fill('#motivo', 'Probar')
  await page.click('button:has-text("Proponer el cambio")')
  await page.locator('.mensaje-error').waitFor()
  await look('parametro-error')
  await page.fill('#valor', '#7a1fa2')
  await propose(page, 'La marca nueva del banco')
  await look('parametros-vista-previa')
  await page.goto(`${list}/color`)
  await look('parametro-esperando')
  await approver.page.goto(`${url}/interno/aprobaciones`)
  faults.push(...(await faultsOf(approver.page, 'parametros-aprobacion')))
  await approve(approver.page, url)

  const file = path.join(temporaryFolder(), 'logo.svg')
  writeFileSync(file, LOGO)
  await page.goto(`${list}/logo`)
  await look('parametro-logo')
  await page.setInputFiles('#valor', file)
  await propose(page, 'La marca nueva del banco')
  await look('parametros-vista-previa-logo')
  await approve(approver.page, url)

  await page.goto(`${list}/clave-cifras`)
  await page.fill('#valor', '1')
  await page.fill('#desde', new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10))
  await propose(page, 'Lo pide el comité de seguridad')
  await look('parametros-vista-previa-claves')
  await approve(approver.page, url)
  await page.goto(list)
  await look('parametros')
  await page.goto(`${list}/color`)
  await look('parametro-historia')

  const visitor = await visit(chromium)
  await visitor.page.goto(`${url}/ingresar`)
  const colour = await visitor.page.evaluate(
    "getComputedStyle(document.querySelector('button.primario')).backgroundColor",
  )
  expect(colour).toBe('rgb(122, 31, 162)')
  faults.push(...(await faultsInEveryLook(visitor.page, 'ingresar-otra-marca')))
  expect(faults).toEqual([])
  expect([...complaints, ...approver.complaints, ...visitor.complaints]).toEqual([])
})
