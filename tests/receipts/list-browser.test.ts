import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import net from 'node:net'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import type { Day } from '#src/values/day.ts'
import { launchChromium } from '#tests/support/chromium.ts'
import { openPortal } from '#tests/support/portal.ts'
import { load, signInPerson } from './support/signed-in.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Options = { width?: number; height?: number; javaScriptEnabled?: boolean }

/** María's list in a real browser, with everything it complains of. */
async function openList(options: Options = {}) {
  const port = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const portal = await openPortal({ config: { publicUrl, port } })
  await load(portal, demoReceipts('2026-11-21' as Day))
  const who = await signInPerson(portal, maria)
  await portal.app.listen({ port, host: '127.0.0.1' })
  const browser = await launchChromium()
  onTestFinished(() => browser.close())
  const { width = 1280, height = 720, javaScriptEnabled = true } = options
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled,
    baseURL: publicUrl,
  })
  const value = who.browser.cookies.get('sesion') ?? ''
  await context.addCookies([{ name: 'sesion', value, url: publicUrl }])
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|htmx/.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (request.headers()['hx-request-type'] === 'partial') requests.push(request.url())
  })
  return { portal, page, complaints, requests, publicUrl }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

const numbers = (page: Page) => page.locator('.tabla tbody th a').allTextContents()

/** What axe finds, without the page's CSP letting any script in. */
async function violations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.setBypassCSP', { enabled: true })
  const result = await session.send('Runtime.evaluate', {
    expression: `${AXE}; axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.passes.length > 5 && JSON.stringify(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).join(' | '))))`,
    awaitPromise: true,
  })
  return JSON.parse(String(result.result.value))
}

test('a search is one request a pause, leaves the address, and Back brings the former one', async () => {
  const { page, complaints, requests } = await openList()
  await page.goto('/comprobantes')
  const before = await numbers(page)
  await page.locator('#q').pressSequentially('comis', { delay: 20 })
  await page.waitForURL(/q=comis/)
  await page.locator('.ficha').first().waitFor()
  expect(requests).toHaveLength(1)
  const after = await numbers(page)
  expect(after.length).toBeGreaterThan(0)
  expect(after.length).toBeLessThan(before.length)
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('q')
  expect(await page.locator('.ficha').allTextContents()).toEqual(['«comis» '])
  await page.getByText('Este año', { exact: true }).click()
  await page.waitForURL(/periodo=este-ano/)
  expect(page.url()).toContain('q=comis')
  await page.reload()
  expect(await page.locator('#q').inputValue()).toBe('comis')
  await page.locator('.ficha').first().click()
  await page.waitForURL((url) => !url.search.includes('q='))
  expect(await page.locator('#q').inputValue()).toBe('')
  await page.goBack()
  await expect.poll(() => page.locator('#q').inputValue()).toBe('comis')
  expect(complaints).toEqual([])
})

test('what cannot be meant is said at the field while typing, and goes when it is mended', async () => {
  const { page, complaints } = await openList()
  await page.goto('/comprobantes?periodo=este-ano')
  await page.getByText('Valor', { exact: true }).first().click()
  await page.locator('#min').fill('500')
  await page.waitForURL(/min=500/)
  await page.locator('#max').fill('10')
  await page.locator('#min-error').waitFor()
  expect(await page.locator('#min').getAttribute('aria-invalid')).toBe('true')
  expect(await page.locator('#max').inputValue()).toBe('10')
  await page.locator('#max').fill('900')
  await page.waitForURL(/max=900/)
  await expect.poll(() => page.locator('#min-error').count()).toBe(0)
  expect(await page.locator('#min').inputValue()).toBe('500')
  expect(complaints).toEqual([])
})

test('pages, orders and choices work by mouse and by keyboard', async () => {
  const { page, complaints } = await openList()
  await page.goto('/comprobantes?periodo=rango')
  const first = await numbers(page)
  await page.getByRole('link', { name: 'Siguiente' }).click()
  await page.waitForURL(/despues=/)
  const second = await numbers(page)
  expect(second.some((number) => first.includes(number))).toBe(false)
  await page.getByRole('link', { name: 'Anterior' }).click()
  await expect.poll(() => numbers(page)).toEqual(first)
  await page.locator('#orden').selectOption('-valor')
  await page.waitForURL(/orden=-valor/)
  await expect.poll(() => numbers(page)).not.toEqual(first)
  await page.keyboard.press('Escape')
  await page.evaluate('document.activeElement.blur()')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.locator('.seleccion').waitFor({ state: 'visible' })
  expect(await page.locator('tbody :checked').count()).toBe(2)
  const download = page.waitForEvent('download')
  await page.locator('.seleccion').getByRole('button', { name: 'XML', exact: true }).click()
  expect((await download).suggestedFilename()).toBe('comprobantes_2026-11-21.zip')
  const one = page.waitForEvent('download')
  await page.locator('tbody a[href$=".pdf"]').first().click()
  expect((await one).suggestedFilename()).toMatch(/^[A-Z][\w-]+_\d{3}-\d{3}-\d{9}_.*\.pdf$/)
  expect(complaints).toEqual([])
})

test('without JavaScript the form, the pages and the downloads are the same', async () => {
  const { page } = await openList({ javaScriptEnabled: false })
  await page.goto('/comprobantes')
  await page.locator('#q').fill('comision')
  await page.getByText('Este año', { exact: true }).click()
  await page.getByRole('button', { name: 'Buscar' }).click()
  await page.waitForURL(/\/comprobantes\?q=comision&periodo=este-ano$/)
  await page.locator('tbody [type="checkbox"]').first().check()
  await page.locator('.seleccion').waitFor({ state: 'visible' })
  const download = page.waitForEvent('download')
  await page.locator('.seleccion').getByRole('button', { name: 'PDF', exact: true }).click()
  expect((await download).suggestedFilename()).toMatch(/\.zip$/)
})

test('state, total and both files stand on the first screen of a receipt, wide and narrow', async () => {
  for (const [width, height] of [
    [1280, 720],
    [390, 844],
  ] as const) {
    const { page, complaints } = await openList({ width, height })
    await page.goto('/comprobantes')
    await page.locator('tbody tr', { hasText: 'PDF' }).first().locator('th a').click()
    await page.waitForURL(/\/comprobantes\/\d{49}$/)
    for (const what of ['.insignia', '.importe', 'a[href$=".pdf"]', 'a[href$=".xml"]']) {
      const box = await page.locator(what).first().boundingBox()
      expect(box && box.y + box.height).toBeLessThan(height - (width < 500 ? 60 : 0))
    }
    expect(complaints).toEqual([])
  }
})

test('axe finds nothing and nothing scrolls sideways, light and dark, wide and narrow', async () => {
  const { page, complaints } = await openList()
  const screens = [
    { width: 1280, height: 4000, colorScheme: 'light' },
    { width: 1280, height: 4000, colorScheme: 'dark' },
    { width: 390, height: 6000, colorScheme: 'light' },
    { width: 320, height: 6000, colorScheme: 'dark' },
  ] as const
  await page.goto('/comprobantes')
  const receipt = await page.locator('tbody th a').nth(3).getAttribute('href')
  const addresses = [
    '/comprobantes',
    '/comprobantes?q=comision&tipo=factura&min=500&max=1.234',
    '/comprobantes?q=nada&periodo=este-mes',
    receipt ?? '',
    '/busquedas/nueva?tipo=factura',
    '/busquedas',
  ]
  for (const { width, height, colorScheme } of screens) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    for (const address of addresses) {
      await page.goto(address)
      const where = [width, colorScheme, address]
      expect([where, await violations(page)]).toEqual([where, []])
      const sideways = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect([where, sideways]).toEqual([where, 0])
    }
  }
  expect(complaints).toEqual([])
})
