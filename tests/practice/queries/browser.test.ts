import fs from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { company, maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { unzip } from '#tests/receipts/support/unzip.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { work } from '../package-support.ts'
import { grant, openFirm } from '../support/firm.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium.close())

/** An accountant with two clients, at a window of their own. */
async function openPractice() {
  const portal = await openLivePortal()
  await load(portal, demoReceipts(dayOf(portal.clock.now())))
  const firm = await openFirm(portal, company)
  await grant(portal, firm, maria, { ends: '2099-12-31' })
  await grant(portal, firm, company, { ends: '2099-12-31' })
  const opened = await visit(chromium, { acceptDownloads: true })
  const cookies = [...firm.browser.cookies].map(([name, value]) => ({
    name,
    value,
    url: portal.url,
  }))
  await opened.context.addCookies(cookies)
  return { portal, firm, cookies, ...opened }
}

it('takes an accountant from a pasted list to its answer, without faults in any look', async () => {
  const { portal, page, complaints, cookies } = await openPractice()
  const keys = await portal.db
    .selectFrom('receipt_owner')
    .innerJoin('party', 'party.id', 'receipt_owner.party_id')
    .where('party.name', 'like', '%PAREDES%')
    .select('access_key')
    .orderBy('access_key')
    .limit(7)
    .execute()
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

it('takes an accountant from a period to a package of every client, and from a file of the SRI to what it lacks', async () => {
  const { portal, firm, page, complaints } = await openPractice()
  const faults: string[] = []
  const look = async (name: string) => {
    faults.push(...(await faultsInEveryLook(page, name)))
    await page.setViewportSize({ width: 1280, height: 900 })
  }
  await page.goto(`${portal.url}/consultas/nueva`)
  await page.getByLabel('Desde').fill('2020-01-01')
  await page.getByLabel('Hasta').fill(dayOf(portal.clock.now()))
  await page.getByLabel('Otros RUC o cédulas').fill(pedro.id)
  await page.getByRole('button', { name: 'Buscar el período' }).click()
  await page.getByRole('heading', { name: '2 empresas con comprobantes de 3 líneas' }).waitFor()
  await look('consulta-periodo')
  await page.getByRole('link', { name: 'Preparar una descarga' }).click()
  await page.getByRole('radio', { name: /^XML/ }).check()
  await page.getByRole('button', { name: 'Preparar' }).click()
  await page.getByText('En cola').waitFor()
  await work(portal)
  const link = page.getByRole('link', { name: 'ZIP' })
  await link.waitFor()
  await look('descarga-de-dos')
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  const names = [...(await unzip(fs.readFileSync(await download.path()))).keys()]
  const owned = await portal.db
    .selectFrom('receipt_owner')
    .innerJoin('access_grant', 'access_grant.party_id', 'receipt_owner.party_id')
    .select('access_key')
    .execute()
  expect(names.filter((name) => name.endsWith('.xml'))).toHaveLength(
    new Set(owned.map(({ access_key }) => access_key)).size,
  )
  expect(new Set(names.flatMap((name) => /^(\d+)\//.exec(name)?.[1] ?? []))).toEqual(
    new Set([company.id, `${maria.id}001`]),
  )

  // The report of the SRI as it comes, without its last receipt; one key went through Excel.
  const report = await firm.browser.get('/comprobantes/exportar/sri.txt?periodo=rango', {
    host: new URL(portal.url).host,
  })
  expect(report.statusCode).toBe(200)
  const [head, first, ...lines] = report.rawPayload.toString('latin1').trimEnd().split('\r\n')
  const broken = first?.replace(/\d{49}/g, '1,61120E+48')
  const listed = [head, broken, ...lines.slice(0, -1)].join('\r\n')
  await page.goto(`${portal.url}/consultas/nueva`)
  await page.getByLabel('Reporte de recibidos del SRI, o una lista en TXT o CSV').setInputFiles({
    name: 'recibidos.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from(listed, 'latin1'),
  })
  await page.getByRole('button', { name: 'Comparar el archivo' }).click()
  const count = lines.length
  await page.getByRole('heading', { name: new RegExp(`de ${count} líneas$`) }).waitFor()
  await page.getByText(/Excel convirtió la clave de acceso/).waitFor()
  await look('consulta-archivo')
  await page.getByRole('link', { name: /que faltan? en tu/ }).click()
  const [lacking] = /\d{49}/.exec(lines.at(-1) ?? '') ?? []
  await page.locator(`a[href="/comprobantes/${lacking}"]`).waitFor()
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
}, 120_000)
