import fs from 'node:fs'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { axeFindings } from '#tests/support/axe.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { loadReceipts } from '#tests/support/load.ts'

const PASSWORD = 'Guayaquil de mis amores'
const EMAIL = 'maria.paredes@correo.example'
const PICTURES = path.join(import.meta.dirname, 'pictures')

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

async function openBank(): Promise<LivePortal> {
  const portal = await openLivePortal()
  await loadReceipts(portal, demoReceipts(dayOf(portal.clock.now())))
  return portal
}

/** The code in the last mail, as its reader would copy it. */
async function mailedCode(portal: LivePortal): Promise<string> {
  const mail = (await portal.inbox()).at(-1)
  return /temporal: ([A-Z2-9]{5})\b/.exec(mail?.text ?? '')?.[1] ?? ''
}

async function firstLogin(portal: LivePortal, page: Page): Promise<void> {
  await page.goto(`${portal.url}/ingresar`)
  await page.fill('#usuario', maria.id)
  await page.fill('#contrasena', maria.id)
  await page.click('button:has-text("Ingresar")')
  await page.waitForURL('**/primer-ingreso')
  await page.fill('#nueva', PASSWORD)
  await page.fill('#correo', EMAIL)
  await page.click('button:has-text("Guardar y continuar")')
  await page.waitForURL('**/codigo')
  await page.fill('#codigo', (await mailedCode(portal)).toLowerCase())
  await page.click('button:has-text("Confirmar")')
  await page.waitForURL('**/comprobantes')
}

async function downloadOf(page: Page, selector: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(selector)])
  return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) }
}

it.each([true, false])(
  'first login to both files of a receipt, JavaScript %s',
  async (javaScriptEnabled) => {
    const portal = await openBank()
    const { page, complaints } = await visit(chromium, { javaScriptEnabled })
    await firstLogin(portal, page)
    expect(await page.textContent('h1')).toBe('Tus comprobantes')
    const pdf = await downloadOf(page, '.tabla tbody a:text-is("PDF") >> nth=0')
    expect(pdf.name).toMatch(/^[A-Z][\p{L}_]+_\d{3}-\d{3}-\d{9}_\d{4}-\d{2}-\d{2}\.pdf$/u)
    expect(pdf.bytes.subarray(0, 5).toString()).toBe('%PDF-')
    const xml = await downloadOf(page, '.tabla tbody a:text-is("XML") >> nth=0')
    expect(xml.bytes.toString()).toContain('<autorizacion>')

    await page.fill('#q', 'certificado')
    await page.press('#q', 'Enter')
    await page.waitForURL(/q=certificado/)
    await page.locator('.htmx-request').waitFor({ state: 'detached' })
    const concepts = await page.locator('.tabla tbody tr').allTextContents()
    expect(concepts.length).toBeGreaterThan(0)
    for (const row of concepts) expect(row.toLowerCase()).toContain('certificado')

    await page.click('.tabla tbody th a')
    await page.waitForURL(/comprobantes\/\d{49}/)
    expect(await page.textContent('body')).toContain('Autorizad')
    await page.click('.quien')
    await page.click('button:has-text("Cerrar sesión")')
    await page.waitForURL('**/ingresar')
    await page.goBack()
    expect(await page.textContent('h1')).toBe('Ingresa a tu portal')
    expect(await page.locator('.tabla').count()).toBe(0)
    expect(complaints).toEqual([])
  },
)

const SIGNED_OUT = ['/ingresar', '/recuperar', '/ayuda', '/seguridad', '/privacidad', '/no-existe']
const SIGNED_IN = [
  '/comprobantes?periodo=este-ano',
  '/comprobantes?q=nada-de-eso',
  '/comprobantes?min=10&max=1',
  '/busquedas',
  '/busquedas/nueva?periodo=este-mes',
  '/perfil',
  '/perfil/contrasena',
  '/perfil/correo',
  '/perfil/avisos',
  '/perfil/apariencia',
  '/perfil/sesiones',
]

it.each([
  { width: 1280, height: 1600, colorScheme: 'light' as const },
  { width: 1280, height: 1600, colorScheme: 'dark' as const },
  { width: 390, height: 1600, colorScheme: 'light' as const },
  { width: 390, height: 1600, colorScheme: 'dark' as const },
  { width: 320, height: 1600, colorScheme: 'light' as const },
])(
  'axe finds nothing, nothing scrolls sideways and nothing is blocked at $width $colorScheme',
  async (look) => {
    const { width, height, colorScheme } = look
    const portal = await openBank()
    const { page, complaints } = await visit(chromium, { viewport: { width, height }, colorScheme })
    const problems: string[] = []
    const look_at = async (address: string) => {
      await page.goto(portal.url + address)
      problems.push(...(await judge(page, address)))
    }
    for (const address of SIGNED_OUT) await look_at(address)
    await firstLogin(portal, page)
    for (const address of SIGNED_IN) await look_at(address)
    await page.goto(`${portal.url}/comprobantes?periodo=este-ano`)
    const detail = await page.getAttribute('.tabla tbody th a', 'href')
    await look_at(detail ?? '')
    expect(problems).toEqual([])
    expect(complaints).toEqual([])
  },
)

async function judge(page: Page, address: string): Promise<string[]> {
  const findings = await axeFindings(page)
  const wide = await page.locator('html').evaluate((root) => root.scrollWidth > root.clientWidth)
  return [...findings, ...(wide ? ['scrolls sideways'] : [])].map((text) => `${address}: ${text}`)
}

it('shows a picture of its main screen for the README', async () => {
  const portal = await openBank()
  const { page } = await visit(chromium, { viewport: { width: 1280, height: 860 } })
  await firstLogin(portal, page)
  await page.goto(`${portal.url}/comprobantes?periodo=este-ano`)
  const picture = await page.screenshot()
  expect(picture.length).toBeGreaterThan(20_000)
  if (!process.env['PICTURES']) return
  fs.mkdirSync(PICTURES, { recursive: true })
  fs.writeFileSync(path.join(PICTURES, 'comprobantes.png'), picture)
})
