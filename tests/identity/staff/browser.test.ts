import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { hasTool, runTool } from '#tests/support/judges.ts'
import type { LivePortal } from '#tests/support/live-portal.ts'
import { openChromium, openLivePortal, visit } from '#tests/support/live-portal.ts'
import { invite, PASSWORD } from './support.ts'
import { enrol, faultsOf, keepSent, secretOn, typeIn } from './window.ts'

let chromium: Browser
beforeAll(async () => {
  chromium = await openChromium()
})
afterAll(() => chromium?.close())

/** The clock of the portal stands still; a new code wants a new half minute. */
async function typeCode(portal: LivePortal, page: Page, secret: string): Promise<void> {
  portal.clock.advance({ seconds: 30 })
  await page.fill('#codigo', totpCode(secret, portal.clock.now()))
  await page.click('form[action$="codigo"] button.primario')
}

/** From the profile to where the browser makes a passkey. */
async function beginKey(page: Page, name: string): Promise<void> {
  await page.click('#llaves a:has-text("Agregar una llave")')
  await page.fill('#nombre', name)
  await page.fill('#contrasena', PASSWORD)
  await page.click('main button.primario')
}

/** From the profile to a passkey that is kept. */
async function addKey(page: Page, name: string): Promise<void> {
  await beginKey(page, name)
  await page.waitForURL('**/nueva')
  await page.click('button:has-text("Crear la llave")')
  await page.locator('.aviso.ok:has-text("Guardamos tu llave de acceso")').waitFor()
}

it('has no fault on any page of the way in and of the area', { timeout: 300_000 }, async () => {
  const portal = await openLivePortal()
  const { url } = portal
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))

  await page.goto(`${url}/interno/ingresar?volver=/interno/perfil&motivo=inactividad`)
  await look('ingresar')
  await typeIn(page, url, 'nadie', 'No es esta')
  await look('ingresar-error')
  const { initial } = await invite(portal, 'ana', 'administrator')
  await typeIn(page, url, 'ana', initial)
  await look('contrasena')
  await page.fill('#nueva', 'corta')
  await page.click('form button.primario')
  await look('contrasena-error')
  await page.fill('#nueva', PASSWORD)
  await page.click('form button.primario')
  await page.waitForURL('**/segundo-factor')
  await page.click('summary')
  await look('segundo-factor')
  const secret = await secretOn(page)
  await page.fill('#codigo', '000000')
  await page.click('form button.primario')
  await look('segundo-factor-error')
  await page.fill('#codigo', totpCode(secret, portal.clock.now()))
  await page.click('form button.primario')
  await page.waitForURL('**/respaldo')
  await look('respaldo')
  await page.click('button:has-text("Ya los guardé")')
  await page.waitForURL('**/interno')
  await look('inicio')
  for (const [name, role] of [
    ['diego.mora', 'loader'],
    ['lucia.vera', 'approver'],
    ['tomas.rea', 'auditor'],
  ] as const) {
    await invite(portal, name, role)
  }
  await page.goto(`${url}/interno/perfil`)
  await look('perfil')
  await page.goto(`${url}/interno/perfil/contrasena`)
  await look('perfil-contrasena')
  await page.goto(`${url}/interno/perfil/respaldo`)
  await look('perfil-respaldo')
  await page.goto(`${url}/interno/perfil/segundo-factor`)
  await page.fill('#contrasena', PASSWORD)
  await page.click('main button.primario')
  await page.waitForURL('**/nuevo')
  await look('perfil-aplicacion')
  await page.goto(`${url}/interno/usuarios`)
  await look('usuarios')
  await page.click('main a:has-text("Qué puede cada rol")')
  await page.waitForURL('**/interno/roles')
  await look('roles')
  await page.goto(`${url}/interno/usuarios/nuevo`)
  await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
  await page.fill('#nombre', 'Diego Mora')
  await page.fill('#usuario', '0912345675')
  await page.click('main button.primario')
  await look('usuario-nuevo-error')
  await page.goto(`${url}/interno/usuarios`)
  await page.click('tbody a:text-is("Diego.mora Paladines")')
  await page.click('summary:has-text("Quitar acceso")')
  await look('usuario')
  await page.goto(`${url}/interno/claves`)
  await look('claves-vacia')
  await page.click('main a:has-text("Crear una clave")')
  await page.fill('#nombre', 'Sistema de comisiones')
  await page.fill('#redes', '10.0.0.0/0')
  await page.click('main button.primario')
  await look('clave-nueva-error')
  await page.fill('#redes', '10.0.0.0/8')
  await page.click('main button.primario')
  await look('clave-creada')
  await page.click('a:has-text("Ya la guardé")')
  await look('claves')
  await page.click('tbody a')
  await page.click('summary:has-text("Anular")')
  await look('clave')
  await page.goto(`${url}/interno/auditoria`)
  await page.click('a:has-text("Comprobar la cadena")')
  await page.locator('.aviso.ok').waitFor()
  await look('auditoria')
  await page.goto(`${url}/interno/auditoria?actor=unlock+link`)
  await look('auditoria-vacia')
  await page.goto(`${url}/interno/auditoria/cadena`)
  await look('cadena')
  await page.goto(`${url}/interno/nada`)
  await look('no-existe')

  await page.setViewportSize({ width: 390, height: 800 })
  await page.goto(`${url}/interno`)
  await page.click('summary:has-text("Menú")')
  await page.click('.menu a:has-text("Auditoría")')
  await page.waitForURL('**/auditoria')
  await page.click('summary.quien')
  await page.click('button:has-text("Cerrar sesión")')
  await page.waitForURL('**/interno/ingresar')
  await typeIn(page, url, 'ana', PASSWORD)
  await look('codigo')
  await typeCode(portal, page, secret)
  await page.waitForURL('**/interno')

  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

it('has no fault on any page about passkeys', { timeout: 120_000 }, async () => {
  const portal = await openLivePortal()
  const url = portal.url.replace('127.0.0.1', 'localhost')
  const { page, complaints } = await visit(chromium)
  keepSent(page)
  const faults: string[] = []
  const look = async (name: string) => faults.push(...(await faultsOf(page, name)))
  await enrol(portal, page, url, 'ana')
  await page.click('button:has-text("Ya los guardé")')
  const { id } = await portal.db.selectFrom('login').select('id').executeTakeFirstOrThrow()
  const key = { login_id: id, name: 'Llave azul', credential_id: 'x', public_key: 'x' }
  const created_at = portal.clock.now().toISOString()
  const row = { ...key, counter: 0, transports: '', created_at }
  await portal.db.insertInto('passkey').values(row).execute()
  await page.goto(`${url}/interno/perfil`)
  await look('perfil-con-llave')
  await beginKey(page, '123')
  await look('llaves-error')
  await page.goto(`${url}/interno/perfil`)
  await beginKey(page, 'Portátil de la oficina')
  await page.waitForURL('**/nueva')
  await look('llave-nueva')
  await page.goto(`${url}/interno/perfil`)
  await page.click('#llaves a:has-text("Quitar")')
  await look('llave-quitar')
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

it('signs in with a passkey that its owner registered, and not once it is removed', async () => {
  const portal = await openLivePortal()
  const url = portal.url.replace('127.0.0.1', 'localhost')
  const { page, context, complaints } = await visit(chromium)
  const debug = await context.newCDPSession(page)
  await debug.send('WebAuthn.enable')
  const authenticator = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const
  await debug.send('WebAuthn.addVirtualAuthenticator', { options: authenticator })

  const secret = await enrol(portal, page, url, 'ana')
  await page.click('button:has-text("Ya los guardé")')
  await page.goto(`${url}/interno/perfil`)
  await addKey(page, 'Portátil de la oficina')
  expect(await page.textContent('#llaves')).toContain('Portátil de la oficina')

  await page.click('summary.quien')
  await page.click('button:has-text("Cerrar sesión")')
  await typeIn(page, url, 'ana', PASSWORD)
  await page.click('button:has-text("Usar mi llave de acceso")')
  await page.waitForURL('**/interno')
  await page.goto(`${url}/interno/perfil`)
  expect(await page.textContent('#llaves')).toContain('Usada el')

  await page.click('#llaves a:has-text("Quitar")')
  await page.fill('#contrasena', PASSWORD)
  await page.click('button:has-text("Quitar la llave")')
  await page.locator('.aviso.ok:has-text("Quitamos esa llave")').waitFor()
  await page.click('summary.quien')
  await page.click('button:has-text("Cerrar sesión")')
  await typeIn(page, url, 'ana', PASSWORD)
  await page.waitForURL('**/codigo')
  expect(await page.getByText('Usar mi llave de acceso').count()).toBe(0)
  await typeCode(portal, page, secret)
  await page.waitForURL('**/interno')
  const factors = await portal.db
    .selectFrom('audit')
    .select('detail')
    .where('action', 'in', ['login.signed-in', 'second-factor.changed'])
    .orderBy('id')
    .execute()
  expect(
    factors.map(({ detail }) => JSON.parse(detail)['factor'] ?? JSON.parse(detail)['cause']),
  ).toEqual(['app', 'passkey-added', 'passkey', 'passkey-removed', 'app'])
  expect(complaints).toEqual([])
})

it('takes no passkey that the browser does not have, and leaves the code', async () => {
  const portal = await openLivePortal()
  const url = portal.url.replace('127.0.0.1', 'localhost')
  const { page, context } = await visit(chromium)
  const debug = await context.newCDPSession(page)
  await debug.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'usb',
    hasResidentKey: false,
    hasUserVerification: false,
    automaticPresenceSimulation: true,
  } as const
  const { authenticatorId } = await debug.send('WebAuthn.addVirtualAuthenticator', { options })
  const secret = await enrol(portal, page, url, 'ana')
  await page.click('button:has-text("Ya los guardé")')
  await page.goto(`${url}/interno/perfil`)
  await addKey(page, 'Llave azul')
  await debug.send('WebAuthn.clearCredentials', { authenticatorId })
  await page.click('summary.quien')
  await page.click('button:has-text("Cerrar sesión")')
  await typeIn(page, url, 'ana', PASSWORD)
  const answered = await page.evaluate(async () => {
    const answer = await fetch('/interno/codigo/llave', {
      method: 'POST',
      body: new URLSearchParams({ respuesta: '{"id":"x"}' }),
    })
    return answer.status
  })
  expect(answered).toBe(422)
  await typeCode(portal, page, secret)
  await page.waitForURL('**/interno')
})

it('works from the mail to the way out without JavaScript', async () => {
  const portal = await openLivePortal()
  const { page } = await visit(chromium, { javaScriptEnabled: false })
  const secret = await enrol(portal, page, portal.url, 'ana')
  await page.click('button:has-text("Ya los guardé")')
  await page.goto(`${portal.url}/interno/usuarios/nuevo`)
  await page.fill('#nombre', 'Diego Mora')
  await page.fill('#usuario', 'diego.mora')
  await page.fill('#correo', 'diego@bancoceibo.example')
  await page.check('#rol-approver')
  await page.click('main button.primario')
  await page.waitForURL(/usuarios\/\d+$/)
  await page.click('summary:has-text("Quitar acceso")')
  await page.click('button:has-text("Sí, quitar")')
  expect(await page.textContent('main')).toContain('Le quitamos el acceso')
  await page.goto(`${portal.url}/interno/auditoria`)
  await page.click('a:has-text("Comprobar la cadena")')
  expect(await page.textContent('main')).toContain('La cadena está íntegra')
  await page.goto(`${portal.url}/interno/auditoria?accion=staff.added`)
  const download = page.waitForEvent('download')
  await page.click('button:has-text("Descargar CSV")')
  const file = await (await download).path()
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n')
  expect(lines.slice(1).map((line) => line.includes('"staff.added"'))).toEqual([true, true])
  await page.click('summary.quien')
  await page.click('button:has-text("Cerrar sesión")')
  await typeIn(page, portal.url, 'ana', PASSWORD)
  expect(await page.getByText('Usar mi llave de acceso').count()).toBe(0)
  await typeCode(portal, page, secret)
  await page.waitForURL('**/interno')
})

it.skipIf(!hasTool('zbarimg'))('draws a QR that a reader of others reads', async () => {
  const portal = await openLivePortal()
  const { page } = await visit(chromium)
  const { initial } = await invite(portal, 'ana', 'auditor')
  await typeIn(page, portal.url, 'ana', initial)
  await page.fill('#nueva', PASSWORD)
  await page.click('form button.primario')
  const secret = await secretOn(page)
  const png = await page.locator('.qr').screenshot()
  const read = runTool('zbarimg', ['--quiet', '--raw', '-'], png)
  const address = new URL(read.trim())
  expect([address.protocol, address.searchParams.get('secret')]).toEqual(['otpauth:', secret])
  expect(decodeURIComponent(address.pathname)).toBe('/Banco Ceibo interno:ana')
})
