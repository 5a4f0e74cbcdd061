import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { openJobWorker } from '#src/jobs.ts'
import { dayOf } from '#src/values/day.ts'
import { approve, enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

/** A portal whose long work is done beside the pages, as it is in life. */
async function openBank(): Promise<LivePortal> {
  const portal = await openLivePortal()
  const worker = openJobWorker(portal.context)
  worker.start()
  onTestFinished(() => worker.stop())
  return portal
}

/** Some good receipts and one that is none. */
function filesOf(portal: LivePortal): string[] {
  const folder = temporaryFolder()
  const receipts = demoReceipts(dayOf(portal.clock.now())).slice(0, 12)
  const files = [...receipts, { name: 'nota.xml', xml: '<hola/>' }]
  return files.map(({ name, xml }) => {
    const file = path.join(folder, name)
    fs.writeFileSync(file, xml)
    return file
  })
}

type Giving = (page: Page, files: string[]) => Promise<void>
const choose: Giving = (page, files) => page.setInputFiles('#archivo', files)

/** Lets files go on the words beside the field. */
const drop: Giving = async (page, files) => {
  const given = files.map((file) => [path.basename(file), fs.readFileSync(file, 'utf8')])
  await page.evaluate(`{
    const dataTransfer = new DataTransfer()
    for (const [name, text] of ${JSON.stringify(given)}) dataTransfer.items.add(new File([text], name))
    const about = { bubbles: true, cancelable: true, dataTransfer }
    const words = document.querySelector('#archivo-ayuda')
    for (const type of ['dragover', 'drop']) words.dispatchEvent(new DragEvent(type, about))
  }`)
}

async function load(
  page: Page,
  url: string,
  files: string[],
  { kind = '', give = choose } = {},
): Promise<void> {
  await page.goto(`${url}/interno/lotes/nuevo`)
  await page.selectOption('#tipo', kind)
  await give(page, files)
  await page.click('main button.primario')
  await page.waitForURL('**/lotes/20*')
}

/** Texts of cells that do not fit them: a page that is wide enough hides them. */
const SPILLED = `[...document.querySelectorAll('.sumas :is(th, td)')].filter((cell) => {
  const range = document.createRange()
  range.selectNodeContents(cell)
  const [text, room] = [range.getBoundingClientRect(), cell.getBoundingClientRect()]
  return text.left < room.left || text.right > room.right
}).map((cell) => cell.textContent.trim())`

const state = (page: Page, text: string) =>
  page.locator(`#lote .encabezado .insignia:has-text("${text}")`).waitFor()

it('carries a lot from the upload to its owners, by two people', { timeout: 300_000 }, async () => {
  const portal = await openBank()
  const { url } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'diego', 'loader')
  await page.goto(`${url}/interno/lotes`)
  await look('lotes-vacio')
  await load(page, url, filesOf(portal), { give: drop })
  // What the page shows from here on came by itself.
  await state(page, 'Por publicar')
  await page.reload()
  await look('lote-leido')
  await page.click('summary:has-text("Publicar 12")')
  await page.fill('input[name="motivo"]', 'Fin de mes')
  await page.click('button:has-text("Pedir aprobación")')
  await page.locator('.aviso.nota:has-text("segunda persona")').waitFor()
  await look('lote-propuesto')

  const other = await visit(chromium)
  await enrol(portal, other.page, url, 'lucia', 'approver')
  await approve(other.page, url)
  await page.goto(page.url())
  await state(page, 'Publicado')
  await page.reload()
  await look('lote-publicado')
  await page.goto(`${url}/interno/lotes`)
  await look('lotes')
  await page.click('tbody a')
  await page.click('a:has-text("Sin correo")')
  await look('lote-alcance')
  await page.goto(`${url}/interno/comprobantes`)
  await look('comprobantes')
  await page.click('tbody a')
  await look('comprobante')
  await page.goto(`${url}/interno/comprobantes/apartados`)
  await look('apartados')
  expect(faults).toEqual([])
  expect([...complaints, ...other.complaints]).toEqual([])
})

it('has a bad row corrected on the screen', { timeout: 300_000 }, async () => {
  const portal = await openBank()
  const { url } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'diego', 'loader')
  await page.goto(`${url}/interno/lotes/plantillas`)
  await look('plantillas')
  await page.click('main a:has-text("Retenciones"), main a:has-text("retención")')
  await look('plantilla')
  const template = await page.request.get(`${url}/interno/lotes/plantillas/factura.csv`)
  const file = path.join(temporaryFolder(), 'filas.csv')
  const wrong = (await template.text())
    .replace(/"(\d\d)\/(\d\d)\/(\d{4})"/, '"31/11/$3"')
    .replace('""0959997214""', '""0959997214002""')
    .replace('"1250,75"', '"12345678,90"')
  fs.writeFileSync(file, wrong)
  await load(page, url, [file], { kind: 'factura' })
  await state(page, 'Por aprobar')
  await page.reload()
  await look('lote-filas')
  await page.setViewportSize({ width: 1280, height: 900 })
  // A number of thirteen digits that is wrong is read in one line.
  const number = page.locator('td.libre code', { hasText: '0959997214002' })
  expect((await number.boundingBox())?.height).toBeLessThan(30)
  await page.setViewportSize({ width: 390, height: 900 })
  expect(await page.evaluate(SPILLED)).toEqual([])
  await page.click('a:has-text("Corregir")')
  await look('fila')
  await page.locator('input[aria-invalid]').nth(1).fill('0959997214')
  await page.locator('input[aria-invalid]').first().fill('30/13/2026')
  await page.click('button:has-text("Guardar y revisar")')
  await look('fila-error')
  await page.locator('input[aria-invalid]').first().fill('02/11/2026')
  await page.click('button:has-text("Guardar y revisar")')
  await page.locator('.aviso.ok:has-text("Corregido")').waitFor()
  expect(await page.locator('h2:has-text("con error")').count()).toBe(0)
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

it('does without JavaScript', { timeout: 120_000 }, async () => {
  const portal = await openBank()
  const { url } = portal
  const { page } = await visit(chromium, { javaScriptEnabled: false })
  await enrol(portal, page, url, 'diego', 'loader')
  await load(page, url, filesOf(portal))
  for (let looks = 0; looks < 40; looks += 1) {
    if ((await page.locator('.insignia:has-text("Por publicar")').count()) > 0) break
    await page.goto(page.url())
  }
  await page.click('summary:has-text("Publicar 12")')
  await page.click('button:has-text("Pedir aprobación")')
  await page.locator('.aviso:has-text("segunda persona")').first().waitFor()
})
