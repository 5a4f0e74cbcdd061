import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { type Day, dayOf } from '#src/values/day.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { describeWithJudge, runTool } from '#tests/support/judges.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { load, signInPerson } from './support/signed-in.ts'

let browser: Awaited<ReturnType<typeof openChromium>>

beforeAll(async () => {
  browser = await openChromium()
})
afterAll(() => browser.close())

/** María's portal in a window of that width. */
async function openAs(width: number): Promise<{ page: Page; url: string }> {
  const portal = await openLivePortal()
  await load(portal, demoReceipts(dayOf(portal.clock.now()) as Day))
  const who = await signInPerson(portal, maria)
  const { page, context } = await visit(browser, { viewport: { width, height: 900 } })
  const value = who.browser.cookies.get('sesion') ?? ''
  await context.addCookies([{ name: 'sesion', value, url: portal.url }])
  return { page, url: portal.url }
}

async function openInvoice(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/comprobantes?periodo=rango&tipo=factura`)
  const row = page.locator('tbody tr', { hasText: 'PDF' }).first()
  await page.goto(url + (await row.locator('th a').getAttribute('href')))
}

describe('on a phone of 320', () => {
  test('the menus open on the screen and the heading keeps its row', async () => {
    const { page, url } = await openAs(320)
    await page.goto(`${url}/comprobantes`)
    const summary = page.locator('summary', { hasText: 'Búsquedas guardadas' })
    await summary.click()
    const heading = await page.locator('h1').boundingBox()
    const button = await summary.boundingBox()
    expect(button?.y).toBeLessThan((heading?.y ?? 0) + (heading?.height ?? 0))
    const menu = await page.locator('.con-menu .menu').boundingBox()
    expect(menu?.x).toBeGreaterThanOrEqual(0)
    expect((menu?.x ?? 0) + (menu?.width ?? 0)).toBeLessThanOrEqual(320)
    await page.getByRole('link', { name: 'Guardar esta búsqueda' }).click()
    await page.getByRole('button', { name: 'Guardar' }).click()
    await page.goto(`${url}/busquedas`)
    await page.locator('summary', { hasText: 'Eliminar' }).click()
    const sure = await page.getByRole('button', { name: 'Sí, eliminar' }).boundingBox()
    expect(sure?.x).toBeGreaterThanOrEqual(0)
    await page.getByRole('button', { name: 'Sí, eliminar' }).click()
    await page.getByText('Eliminamos la búsqueda.').waitFor()
  })

  test('the totals stand in line with the rest of their card', async () => {
    const { page, url } = await openAs(320)
    await openInvoice(page, url)
    const left = (selector: string) =>
      page.evaluate(`{
        const found = document.querySelector('${selector}')
        found.getBoundingClientRect().x + parseFloat(getComputedStyle(found).paddingInlineStart)
      }`)
    expect(await left('.totales')).toBe(await left('.documento > h2'))
  })
})

test('the total that counts is the one that the document marks', async () => {
  const { page, url } = await openAs(1280)
  await openInvoice(page, url)
  expect(await page.locator('.totales .cuenta dt').allTextContents()).toEqual(['Valor total'])
  const strong =
    "[...document.querySelectorAll('.totales dt')].filter((dt) => getComputedStyle(dt).fontWeight === '700')"
  const weights = await page.evaluate(`${strong}.length`)
  expect(weights).toBe(1)
})

test('a copy that the browser refuses leaves the key chosen, without blanks', async () => {
  const { page, url } = await openAs(1280)
  await openInvoice(page, url)
  await page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
  await page.locator('[data-copy]').click()
  await page.getByRole('button', { name: 'Ya está seleccionado: cópialo' }).waitFor()
  expect(await page.evaluate('getSelection().toString()')).toMatch(/^\d{49}$/)
})

describeWithJudge('pdftotext', 'the printed page of a receipt', () => {
  test('has no blank page, no parted label, no links for the screen', async () => {
    const { page, url } = await openAs(1280)
    await openInvoice(page, url)
    const file = join(temporaryFolder(), 'printed.pdf')
    writeFileSync(file, await page.pdf({ format: 'A4' }))
    const pages = runTool('pdftotext', ['-layout', file, '-']).split('\f').slice(0, -1)
    expect(pages.length).toBeLessThanOrEqual(2)
    for (const printed of pages) expect(printed.trim()).not.toBe('')
    expect(pages[0]).toContain('Valor total')
    expect(pages.join()).not.toContain('¿Ves un dato')
    await page.emulateMedia({ media: 'print' })
    const kept = (await page.evaluate(
      "[...document.querySelectorAll('.datos > div')].map((pair) => getComputedStyle(pair).breakInside)",
    )) as string[]
    expect(new Set(kept)).toEqual(new Set(['avoid']))
  })
})
