import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { company, maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { grant, openFirm } from '../support/firm.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium.close())

it('takes an accountant from a pasted list to its answer, without faults in any look', async () => {
  const portal = await openLivePortal()
  const files = demoReceipts(dayOf(portal.clock.now()))
  await load(portal, files)
  const firm = await openFirm(portal, company)
  await grant(portal, firm, maria, { ends: '2099-12-31' })
  await grant(portal, firm, company, { ends: '2099-12-31' })
  const keys = await portal.db
    .selectFrom('receipt_owner')
    .innerJoin('party', 'party.id', 'receipt_owner.party_id')
    .where('party.name', 'like', '%PAREDES%')
    .select('access_key')
    .orderBy('access_key')
    .limit(7)
    .execute()
  const { page, context, complaints } = await visit(chromium)
  const cookies = [...firm.browser.cookies].map(([name, value]) => ({
    name,
    value,
    url: portal.url,
  }))
  await context.addCookies(cookies)
  const faults: string[] = []

  await page.goto(`${portal.url}/consultas/nueva`)
  faults.push(...(await faultsInEveryLook(page, 'consulta-nueva')))
  const list = [
    ...keys.slice(0, 6).map((one) => one.access_key),
    '001-002-00001865S',
    '001-009-000000001',
  ]
  await page.getByLabel('Números o claves de acceso, uno por línea').fill(list.join('\n'))
  await page.getByRole('button', { name: 'Buscar la lista' }).click()
  await page.getByRole('heading', { name: '6 comprobantes encontrados de 8 líneas' }).waitFor()
  faults.push(...(await faultsInEveryLook(page, 'consulta')))
  await page.getByRole('link', { name: '1 por revisar' }).click()
  await page.getByText('¿Quisiste decir 001-002-000018655?').waitFor()
  await page.getByRole('link', { name: 'Corregir la fila 7' }).click()
  await page.getByRole('heading', { name: 'Corregir una línea' }).waitFor()
  faults.push(...(await faultsInEveryLook(page, 'corregir')))

  // The same without JavaScript: the line is asked anew, and the answers to the others stay.
  const plain = await visit(chromium, { javaScriptEnabled: false })
  await plain.context.addCookies(cookies)
  await plain.page.goto(page.url())
  await plain.page.getByLabel('Número o clave de acceso').fill('001-002-X')
  await plain.page.getByRole('button', { name: 'Buscar esta línea' }).click()
  await plain.page.getByLabel('Número o clave de acceso').fill(keys[6]?.access_key ?? '')
  await plain.page.getByRole('button', { name: 'Buscar esta línea' }).click()
  await plain.page.getByText('Corregimos la línea. Respuesta: Encontrado.').waitFor()
  await plain.page.getByRole('link', { name: 'Ver todas' }).click()
  const headline = '7 comprobantes encontrados de 8 líneas'
  await plain.page.getByRole('heading', { name: headline }).waitFor()

  await page.goto(`${portal.url}/consultas`)
  faults.push(...(await faultsInEveryLook(page, 'consultas')))
  await page.goto(`${portal.url}/comprobantes/exportar`)
  faults.push(...(await faultsInEveryLook(page, 'exportar')))
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
}, 120_000)
