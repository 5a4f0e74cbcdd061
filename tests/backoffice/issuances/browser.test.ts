import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { begin, foundBank, request } from '#tests/issuing/bank.ts'
import { FakeSri } from '#tests/issuing/fake-sri.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { enrol, faultsOf, keepSent } from '../../identity/staff/window.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

it('has no fault on any page about what is on its way', { timeout: 240_000 }, async () => {
  const portal = await openLivePortal()
  const { db, url } = portal
  await foundBank(db)
  const sri = new FakeSri()
  portal.context.sri.authorization = (key) => sri.authorization(key)
  const works = openWorks(db, { sri, start: new Date() })
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'diego', 'loader')
  await page.goto(`${url}/interno/envios`)
  await look('envios-vacio')
  sri.judge = () => ({ returned: '35' })
  await begin(db, [request('bad')])
  await works.round(1)
  sri.judge = () => null
  sri.tamper = (document) => document.replace('PAREDES', 'PAREDEZ')
  await begin(db, [request('other')])
  await works.round(3)
  sri.looks = 9
  await begin(db, [request('slow')])
  await works.round(2)
  await begin(db, [request('lost')])
  await db
    .updateTable('issuance')
    .set({ state: 'number-lost', next_step: null, next_at: null, answer_code: '45' })
    .set({ answer: 'El SRI tiene este número con una clave que no es la nuestra.' })
    .where('source', '=', 'lost')
    .execute()
  sri.faults = () => ({ kind: 'timeout' })
  for (const source of ['d', 'e', 'f', 'g']) await begin(db, [request(source)])
  await works.round(3)
  await page.goto(`${url}/interno/envios`)
  await look('envios')
  await page.click('.estados a:has-text("Devuelto por el SRI")')
  await page.click('a:has-text("Actualizar")')
  await page.click('tbody a')
  await look('envio-devuelto')
  await page.click('a:has-text("Corregir")')
  await look('envio-correccion')
  await page.fill('#c-infoFactura-identificacionComprador', '12')
  await page.click('main button.primario')
  await page.locator('[role="alert"]').first().waitFor()
  await look('envio-correccion-error')
  await page.goto(`${url}/interno/envios/4`)
  await page.click('button:has-text("Decidir")')
  await page.locator('[role="alert"]').first().waitFor()
  await look('envio-numero-perdido')
  await page.goto(`${url}/interno/envios/2/comparacion`)
  await look('envio-comparacion-sin-sri')
  sri.faults = () => null
  await page.goto(`${url}/interno/envios/2/comparacion`)
  await look('envio-comparacion')
  await page.goto(`${url}/interno/envios/caidas`)
  await look('caidas')
  await page.click('tbody a')
  await look('caida')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})
