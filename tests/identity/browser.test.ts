import net from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '#tests/support/chromium.ts'
import { faultsInEveryLook } from '#tests/support/looks.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addPerson, lastCode, lastLink, MARIA, PEDRO, STRANGER } from './support.ts'

let chromium: Browser

beforeAll(async () => {
  chromium = await launchChromium()
})
afterAll(async () => chromium.close())

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function serve(): Promise<{ portal: TestPortal; url: string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const portal = await openPortal({ config: { port, publicUrl: url }, start: new Date() })
  await portal.app.listen({ port, host: '127.0.0.1' })
  return { portal, url }
}

async function openPage(context: BrowserContext, complaints: string[]): Promise<Page> {
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

/** The refusals a browser writes to its console for any form answered 422. */
const EXPECTED_COMPLAINT = /status of 4(22|10)/

async function enter(page: Page, url: string, user: string, password: string): Promise<void> {
  await page.goto(`${url}/ingresar`)
  await page.fill('#usuario', user)
  await page.fill('#contrasena', password)
  await page.click('form button.primario')
}

describe('in a browser', () => {
  it('has no fault on any page of the way in and of the profile', {
    timeout: 300_000,
  }, async () => {
    const { portal, url } = await serve()
    await addPerson(portal, MARIA, 'antiguo@correo.example')
    const complaints: string[] = []
    const context = await chromium.newContext({ locale: 'es-EC', timezoneId: 'America/Guayaquil' })
    const page = await openPage(context, complaints)
    const faults: string[] = []
    const look = async (name: string) => faults.push(...(await faultsInEveryLook(page, name)))

    await page.goto(`${url}/ingresar?volver=/perfil&motivo=inactividad`)
    await page.click('summary')
    await look('ingresar-primera-vez')
    await enter(page, url, STRANGER, 'No es esta')
    await look('ingresar-error')
    await page.goto(`${url}/recuperar`)
    await look('recuperar')
    await page.fill('#usuario', STRANGER)
    await page.click('form button.primario')
    await look('recuperar-enviado')

    await enter(page, url, MARIA.number, MARIA.number)
    await look('primer-ingreso')
    await page.fill('#nueva', 'guayaco')
    await page.fill('#correo', MARIA.email)
    await look('primer-ingreso-reglas')
    await page.click('form button.primario')
    await look('primer-ingreso-error')
    await page.fill('#nueva', MARIA.password)
    await page.fill('#codigo', await lastCode(portal, 'first-code'))
    await page.click('form button.primario')
    await look('codigo')
    await page.goto(`${url}/primer-ingreso`)
    await look('primer-ingreso-comprobado')
    await page.goto(`${url}/codigo`)
    await page.fill('#codigo', 'AAAAA')
    await page.click('form button.primario')
    await look('codigo-error')
    await page.fill('#codigo', await lastCode(portal, 'email-code'))
    await page.click('form button.primario')
    await page.waitForURL('**/comprobantes')

    for (const place of ['', '/contrasena', '/correo', '/avisos', '/apariencia', '/sesiones']) {
      await page.goto(`${url}/perfil${place}`)
      await look(`perfil${place.replace('/', '-')}`)
    }
    await page.goto(`${url}/perfil/contrasena`)
    await page.fill('#actual', 'No es esta')
    await page.fill('#nueva', 'corta')
    await page.click('main button.primario')
    await look('perfil-contrasena-error')
    await page.goto(`${url}/perfil/correo`)
    await page.fill('#correo', 'nuevo@correo.example')
    await page.fill('#contrasena', MARIA.password)
    await page.click('main button.primario')
    await look('perfil-correo-codigo')
    await page.goto(`${url}${await lastLink(portal, 'first-login-warning')}`)
    await look('no-fui-yo')
    await page.click('main button.peligro')
    await look('no-fui-yo-hecho')
    await page.goto(`${url}/desbloquear/AAAAAAAAAAAAAAAA`)
    await look('enlace-vencido')

    expect(faults).toEqual([])
    expect(complaints.filter((text) => !EXPECTED_COMPLAINT.test(text))).toEqual([])
    await context.close()
  })

  it('tells which rules a password keeps on each key, and shows it when asked', async () => {
    const { url } = await serve()
    const page = await chromium.newPage()
    await enter(page, url, STRANGER, STRANGER)
    const kept = () => page.locator('#nueva-reglas li.ok').count()
    await page.locator('#nueva').pressSequentially('guayaco')
    expect(await kept()).toBe(2)
    await page.locator('#nueva').pressSequentially('S')
    expect(await kept()).toBe(4)
    expect(await page.locator('#nueva').getAttribute('type')).toBe('password')
    await page.click('button:has-text("Mostrar")')
    expect(await page.locator('#nueva').getAttribute('type')).toBe('text')
    await page.close()
  })

  it('works from the first login to the way out without JavaScript', async () => {
    const { portal, url } = await serve()
    await addPerson(portal, PEDRO)
    const context = await chromium.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await enter(page, url, PEDRO.number, PEDRO.number)
    await page.fill('#nueva', 'corta')
    await page.fill('#correo', PEDRO.email)
    await page.click('form button.primario')
    expect(await page.locator('.reglas .falta').count()).toBeGreaterThan(0)
    expect(await page.inputValue('#correo')).toBe(PEDRO.email)
    await page.fill('#nueva', PEDRO.password)
    await page.click('form button.primario')
    expect(await page.textContent('main')).toContain('Vence a las')
    const code = await lastCode(portal, 'email-code')
    await page.fill('#codigo', ` ${code.slice(0, 2)}-${code.slice(2)}`.toLowerCase())
    await page.click('form button.primario')
    await page.waitForURL('**/comprobantes')
    await page.goto(`${url}/perfil`)
    await page.click('summary.quien')
    await page.click('button:has-text("Cerrar sesión")')
    await page.waitForURL('**/ingresar')
    expect(await page.textContent('main')).toContain('Cerraste tu sesión. Hasta pronto.')
    await page.goBack()
    expect(await page.textContent('body')).not.toContain(PEDRO.name)
    await context.close()
  })
})
