import fs from 'node:fs'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { SEAL_MONTHS } from '#src/practice/completeness/seal-months.ts'
import { dayOf } from '#src/values/day.ts'
import { repeatJob } from '#src/work/job-store.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { load, signInPerson } from '../receipts/support/signed-in.ts'
import { work } from './package-support.ts'
import { grant, openFirm } from './support.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openChromium()
})
afterAll(() => browser.close())

async function openPackages(javaScriptEnabled = true) {
  const portal = await openLivePortal()
  await load(portal, demoReceipts(dayOf(new Date())))
  const who = await signInPerson(portal, maria)
  await transaction(portal.db, (tx) => repeatJob(tx, SEAL_MONTHS, portal.clock.now()))
  await work(portal)
  const opened = await visit(browser, { javaScriptEnabled, acceptDownloads: true })
  const value = who.browser.cookies.get('sesion') ?? ''
  await opened.context.addCookies([{ name: 'sesion', value, url: portal.url }])
  return { portal, ...opened }
}

test('a month is asked for, watched, fetched and checked without being sent anywhere', async () => {
  const { portal, page, complaints } = await openPackages()
  const faults: string[] = []
  await page.goto(`${portal.url}/comprobantes?periodo=3-meses`)
  await page.getByRole('link', { name: /^Preparar descarga/ }).click()
  await page.getByText('Cerca de').waitFor()
  faults.push(...(await faultsInEveryLook(page, 'preparar')))
  await page.getByRole('button', { name: 'Preparar' }).click()
  await page.getByText('En cola').waitFor()
  faults.push(...(await faultsInEveryLook(page, 'en-cola')))
  await work(portal)
  // The page hears of it by itself.
  const link = page.getByRole('link', { name: 'ZIP' })
  await link.waitFor()
  faults.push(...(await faultsInEveryLook(page, 'lista')))
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  const zip = path.join(temporaryFolder(), download.suggestedFilename())
  await download.saveAs(zip)

  await page.getByRole('link', { name: 'Comprobar tu copia' }).click()
  await page.locator('[data-files]').setInputFiles(zip)
  await page.getByText('Está completo y sin cambios').waitFor()
  expect(await page.getByText('completo según su sello').count()).toBeGreaterThan(0)
  faults.push(...(await faultsInEveryLook(page, 'comprobada')))
  const broken = path.join(temporaryFolder(), 'cambiado.zip')
  const bytes = fs.readFileSync(zip)
  bytes[60] = (bytes[60] ?? 0) ^ 1
  const at = bytes.indexOf('%PDF-')
  bytes[at + 8] = (bytes[at + 8] ?? 0) ^ 1
  fs.writeFileSync(broken, bytes)
  await page.locator('[data-files]').setInputFiles(broken)
  await page.getByText('No está completo, o algo cambió').waitFor()
  await page.getByText(/^Cambiaron: \d/).waitFor()
  fs.writeFileSync(broken, bytes.subarray(0, 5_000))
  await page.locator('[data-files]').setInputFiles(broken)
  await page.getByText('No pudimos leerlo').waitFor()

  await page.goto(`${portal.url}/descargas`)
  await page.getByText('Meses sellados').waitFor()
  faults.push(...(await faultsInEveryLook(page, 'descargas')))
  await page
    .getByRole('link', { name: /^Numeración de/ })
    .first()
    .click()
  await page.getByRole('heading', { level: 1, name: /^Numeración de/ }).waitFor()
  faults.push(...(await faultsInEveryLook(page, 'numeracion')))
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

test('a client’s page and the totals by rate are read at every width, in either theme', async () => {
  const { portal, page, context, complaints } = await openPackages()
  const faults: string[] = []
  const { id } = (await findPartyByNumber(portal.db, maria.id)) ?? { id: 0 }
  const { firmId, lead } = await openFirm(portal)
  await grant(portal, { partyId: id, firmId, by: lead.loginId })
  const value = lead.browser.cookies.get('sesion') ?? ''
  const hers = await context.cookies()
  await context.addCookies([{ name: 'sesion', value, url: portal.url }])
  // She was here before, and something came since.
  const before = new Date(portal.clock.now().getTime() - 3_600_000).toISOString()
  await portal.db.updateTable('login').set({ previous_login_at: before }).execute()
  await page.goto(`${portal.url}/empresas`)
  await page.getByRole('link', { name: /^Paredes/i }).click()
  await page.getByRole('heading', { name: 'Mes a mes' }).waitFor()
  const deeds = page.getByRole('navigation', { name: 'Qué hacer con esta empresa' })
  await deeds.getByRole('link', { name: /^Preparar/ }).click()
  await page.getByRole('button', { name: 'Preparar' }).click()
  await work(portal)
  await page.goto(`${portal.url}/empresas/${maria.id}`)
  await page.getByRole('link', { name: 'ZIP' }).waitFor()
  faults.push(...(await faultsInEveryLook(page, 'empresa')))
  await page.goto(`${portal.url}/comprobantes/totales?periodo=rango`)
  await page.getByRole('heading', { name: 'Por tarifa de impuesto' }).waitFor()
  expect(await page.getByRole('rowheader', { name: 'IVA 15 %' }).count()).toBe(1)
  faults.push(...(await faultsInEveryLook(page, 'totales')))

  await context.addCookies(hers)
  await page.goto(`${portal.url}/perfil/accesos`)
  await page.getByRole('link', { name: 'Ver lecturas' }).click()
  await page.getByText('Vio tu lista de comprobantes').waitFor()
  faults.push(...(await faultsInEveryLook(page, 'lecturas')))
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

test('without JavaScript all of it works but the check, which says so', async () => {
  const { portal, page } = await openPackages(false)
  await page.goto(`${portal.url}/descargas`)
  await page
    .getByRole('link', { name: /^Preparar/ })
    .first()
    .click()
  await page.getByRole('radio', { name: /^XML/ }).check()
  await page.getByRole('checkbox', { name: /^Añadir también un solo PDF/ }).check()
  await page.getByRole('button', { name: 'Preparar' }).click()
  await work(portal)
  await page.getByRole('link', { name: 'Actualizar' }).click()
  await page.getByRole('link', { name: 'ZIP' }).waitFor()
  await page.goto(`${portal.url}/descargas/comprobar`)
  expect(await page.getByText('Esta página necesita JavaScript').isVisible()).toBe(true)
})
