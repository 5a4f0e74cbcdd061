import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { enrol, faultsOf, keepSent } from '#tests/identity/staff/window.ts'
import { addPerson, MARIA } from '#tests/identity/support.ts'
import { bill, follow } from '#tests/intake/lots/journey-support.ts'
import { loadLot } from '#tests/intake/lots/support.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

/** Where the forms of the page would write to. */
const FORMS = `[...document.querySelectorAll('main form[method="post"]')]
  .map((form) => new URL(form.action).pathname)`

async function downloaded(page: Page, button: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.click(button)
  return readFileSync(await (await download).path(), 'utf8')
}

it.each([true, false])(
  'lets an auditor follow everything and take it away, and offers nothing to change, JavaScript %s',
  {
    timeout: 180_000,
  },
  async (javaScriptEnabled) => {
    const portal = await openLivePortal()
    const { url } = portal
    await addPerson(portal, { ...MARIA, number: maria.id })
    await loadLot(portal, [bill(1, maria), { name: 'nota.xml', content: '<hola/>' }])
    await follow(portal)
    const { page, complaints } = await visit(chromium, { javaScriptEnabled })
    keepSent(page)
    const faults: string[] = []
    const offered: string[] = []
    const look = async (name: string, judged = false) => {
      offered.push(...((await page.evaluate(FORMS)) as string[]))
      // Whatever looks for faults is a script itself.
      if (!judged || !javaScriptEnabled) return
      faults.push(...(await faultsOf(page, `auditor-${name}`)))
      await page.setViewportSize({ width: 1280, height: 900 })
    }
    await enrol(portal, page, url, 'tomas', 'auditor')
    await page.goto(`${url}/interno`)
    await look('panel', true)
    await page.click('nav.lateral a:has-text("Lotes")')
    await look('lotes')
    await page.click('tbody a')
    await look('lote', true)
    await page.click('table.embudo tbody a')
    await look('detenidos')
    const stopped = await downloaded(page, 'button:has-text("Descargar CSV")')
    expect(stopped).toContain('001-002-000000001')
    await page.goto(`${url}/interno/clientes?q=paredes`)
    await page.click('tbody a')
    await look('cliente', true)
    await page.click('a:has-text("001-002-000000001")')
    await look('comprobante')
    for (const place of [
      'parametros/lema',
      'aprobaciones',
      'correos',
      'firma',
      'emisor',
      'salud',
    ]) {
      await page.goto(`${url}/interno/${place}`)
      expect([place, await page.locator('h1').count()]).toEqual([place, 1])
      await look(place)
    }
    await page.click('nav.lateral a:has-text("Auditoría")')
    await page.selectOption('#accion', 'receipt.seen')
    await page.click('button:has-text("Filtrar")')
    await look('auditoria')
    const chain = await downloaded(page, 'button:has-text("Descargar CSV")')
    expect(chain).toContain('"receipt.seen"')
    await page.click('a:has-text("Comprobar la cadena")')
    await page.locator('.aviso.ok').waitFor()

    const exports = offered.filter((address) => /\/descarga$|\.csv$/.test(address))
    expect(exports.length).toBeGreaterThan(1)
    expect(offered).toEqual(exports)
    expect(faults).toEqual([])
    expect(complaints).toEqual([])
  },
)
