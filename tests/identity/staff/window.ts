import type { Page, Response } from 'playwright-core'
import type { StaffRole } from '#src/identity/person.ts'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import { htmlProblems } from '#tests/web/html-problems.ts'
import { invite, PASSWORD } from './support.ts'

/** The last page as the server sent it: what a browser makes of it is always well formed. */
const sent = new WeakMap<Page, Response>()

export function keepSent(page: Page): void {
  page.on('response', (response) => {
    const isPage = response.request().isNavigationRequest() && response.status() !== 303
    if (isPage) sent.set(page, response)
  })
}

/** What is wrong with the page as it stands, in its HTML and in every look. */
export async function faultsOf(page: Page, name: string): Promise<string[]> {
  const html = (await sent.get(page)?.text()) ?? ''
  const faults = (await htmlProblems(html)).map((text) => `${name}: ${text}`)
  return [...faults, ...(await faultsInEveryLook(page, name))]
}

export async function typeIn(
  page: Page,
  url: string,
  user: string,
  password: string,
): Promise<void> {
  await page.goto(`${url}/interno/ingresar`)
  await page.fill('#usuario', user)
  await page.fill('#contrasena', password)
  await page.click('form button.primario')
}

export async function secretOn(page: Page): Promise<string> {
  return ((await page.textContent('code.clave')) ?? '').replaceAll(' ', '')
}

/** From the mailed password to the ten codes. */
export async function enrol(
  portal: LivePortal,
  page: Page,
  url: string,
  user: string,
  role: StaffRole = 'administrator',
): Promise<string> {
  const { initial } = await invite(portal, user, role)
  await typeIn(page, url, user, initial)
  await page.fill('#nueva', PASSWORD)
  await page.click('form button.primario')
  await page.waitForURL('**/segundo-factor')
  const secret = await secretOn(page)
  await page.fill('#codigo', totpCode(secret, portal.clock.now()))
  await page.click('form button.primario')
  await page.waitForURL('**/respaldo')
  return secret
}

/** Approves the first proposal that waits, or the first of that name, as whoever decides does. */
export async function approve(page: Page, url: string, what = ''): Promise<void> {
  await page.goto(`${url}/interno/aprobaciones`)
  const proposal = page.locator(`article:has(h3:has-text("${what}"))`).first()
  await proposal.locator('summary:has-text("Aprobar")').click()
  await proposal.locator('button:has-text("Sí, aprobar")').click()
  await page.locator('.aviso.ok').waitFor()
}
