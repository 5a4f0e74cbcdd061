import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { view } from '#src/web/pages/view.ts'
import { launchChromium } from '#tests/support/chromium.ts'
import { maria, openSite } from './support.ts'

type Row = { number: string }

const search = view<{ rows: Row[]; q: string }>('sample/search', { part: 'sample/_results' })
const form = view<object>('sample/form')

let browser: Browser

beforeAll(async () => {
  browser = await launchChromium()
})

afterAll(() => browser.close())

/** A site that listens, with a page of it open; every policy violation and script error fails the test. */
async function openPage(path: string, idleSeconds = 900): Promise<{ page: Page; break(): void }> {
  let broken = false
  const site = await openSite(
    (app) => {
      app.get<{ Querystring: { q?: string } }>('/buscar', (request, reply) => {
        request.visitor = { ...maria, idleSeconds }
        if (broken) throw new Error('down')
        const { q = '' } = request.query
        const rows = ['001', '002', '003'].filter((number) => number.includes(q))
        const data = { rows: rows.map((number) => ({ number })), q }
        return reply.page(search, data, { title: `Buscar ${q}` })
      })
      app.get('/form', (_request, reply) => {
        const rules = [
          { text: 'Al menos una mayúscula', pattern: '\\p{Lu}', kept: null },
          { text: 'Distinta de tu cédula', without: ['0912345678'], kept: null },
        ]
        const data = { problems: [], correo: '', rules, expiresAt: new Date() }
        return reply.page(form, data, { title: 'Form', layout: 'access' })
      })
      app.post('/sesion/seguir', (_request, reply) => reply.code(204).send())
      app.post('/salir', (_request, reply) =>
        reply.notice('Cerraste tu sesión.').redirect('/form', 303),
      )
    },
    { anyPort: true },
  )
  await site.listen({ port: 0, host: '127.0.0.1' })
  const { port } = site.server.address() as AddressInfo
  const context = await browser.newContext({ locale: 'es-EC', timezoneId: 'America/Guayaquil' })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (/Content Security|Refused/.test(message.text())) complaints.push(message.text())
  })
  onTestFinished(() => expect(complaints).toEqual([]))
  await page.goto(`http://127.0.0.1:${port}${path}`)
  return {
    page,
    break: () => {
      broken = true
    },
  }
}

test('shows and hides a password, and checks its rules on each key', async () => {
  const { page } = await openPage('/form')
  const password = page.getByLabel('Tu nueva contraseña')
  const states = () =>
    page.locator('.reglas li').evaluateAll((items) => items.map(({ className }) => className))
  await password.fill('guayaquil')
  expect(await states()).toEqual(['falta', 'ok'])
  await password.fill('Á0912345678')
  expect(await states()).toEqual(['ok', 'falta'])
  await page.getByRole('button', { name: 'Mostrar' }).click()
  expect(await password.getAttribute('type')).toBe('text')
  await page.getByRole('button', { name: 'Ocultar' }).click()
  expect(await password.getAttribute('type')).toBe('password')
})

test('counts down, and holds back another code until its time', async () => {
  const { page } = await openPage('/form')
  expect(await page.locator('#codigo-vence').innerText()).toMatch(
    /Vence a las \d\d:\d\d, en 4 min \d+ s/,
  )
  const resend = page.getByRole('button', { name: 'Enviar otro código' })
  expect(await resend.getAttribute('aria-disabled')).toBe('true')
  await resend.click({ force: true })
  expect(page.url()).toContain('/form')
})

test('searches while typing, and keeps address, title and focus right', async () => {
  const { page } = await openPage('/buscar')
  await page.keyboard.press('/')
  await page.keyboard.type('002')
  await page.waitForURL(/q=002/)
  await page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })
  expect(await page.title()).toBe('Buscar 002 · Banco Ceibo')
  expect(await page.locator(':focus').getAttribute('id')).toBe('q')
  await page.goBack()
  await page.locator('tbody tr').nth(2).waitFor()
})

test('keeps the results when a load fails, says of when they are, and offers another try', async () => {
  const { page, break: fail } = await openPage('/buscar')
  const address = page.url()
  fail()
  await page.getByRole('searchbox').fill('002')
  const notice = page.getByRole('alert')
  await notice.waitFor()
  expect(await notice.innerText()).toMatch(/Lo que ves es de las \d\d:\d\d/)
  expect(await notice.getByRole('link').getAttribute('href')).toBe('/buscar?q=002')
  expect(await page.locator('tbody tr').count()).toBe(3)
  expect(page.url()).toBe(address)
})

test('goes through the rows by keyboard, never while somebody types', async () => {
  const { page } = await openPage('/buscar')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  expect(
    await page.locator('tbody :checked').evaluateAll((boxes) => boxes.map((box) => box.id)),
  ).toEqual(['fila-002'])
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog').isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await page.getByRole('checkbox', { name: 'Elegir todas' }).check()
  expect(await page.locator('tbody :checked').count()).toBe(3)
  await page.getByRole('searchbox').focus()
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog').isVisible()).toBe(false)
})

test('warns a minute before the session ends, and keeps it or closes it', async () => {
  const { page } = await openPage('/buscar', 60)
  const warning = page.getByRole('alertdialog')
  await warning.waitFor()
  await page.getByRole('button', { name: 'Seguir aquí' }).click()
  await warning.waitFor({ state: 'hidden' })
  await warning.waitFor()
  await warning.getByRole('button', { name: 'Cerrar sesión' }).click()
  await page.waitForURL(/\/form$/)
  expect(await page.getByRole('status').first().innerText()).toBe('Cerraste tu sesión.')
})

test('copies a text', async () => {
  const { page } = await openPage('/buscar')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copiar' }).click()
  await page.getByText('Copiado').waitFor()
  await page.getByRole('searchbox').focus()
  await page.keyboard.press('Control+V')
  expect(await page.getByRole('searchbox').inputValue()).toBe('49')
})
