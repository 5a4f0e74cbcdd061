import { expect, it } from 'vitest'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import type { Colleague } from './support.ts'
import { colleague, invite, PASSWORD, secretOn, typeIn } from './support.ts'

const KEYS = '/interno/perfil/llaves'
const CODES = '/interno/perfil/respaldo'
const FORM = { nombre: 'Portátil de la oficina', contrasena: PASSWORD }

/** Passkeys are for names, so the portal is reached by one. */
const NAMED = { host: 'localhost:3000', origin: 'http://localhost:3000' }
const ask = (browser: Browser, address: string) => browser.get(address, NAMED)
const send = (browser: Browser, address: string, form = {}) => browser.post(address, form, NAMED)

/** Registers a key as if a device had made it; answers its number. */
async function plantKey(
  { db, clock }: TestPortal,
  owner: Colleague,
  name: string,
): Promise<number> {
  const key = { credential_id: name, public_key: 'x', counter: 0, transports: '' }
  const row = { login_id: owner.id, name, ...key, created_at: clock.now().toISOString() }
  const { id } = await db
    .insertInto('passkey')
    .values(row)
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function keysOf({ db }: TestPortal): Promise<string[]> {
  const rows = await db.selectFrom('passkey').select('name').orderBy('id').execute()
  return rows.map(({ name }) => name)
}

it('begins no passkey and forgets none without the password', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const { browser } = diego
  const id = await plantKey(portal, diego, 'Llave azul')
  const begun = await send(browser, KEYS, { ...FORM, contrasena: '' })
  expect([begun.statusCode, begun.body]).toEqual([422, expect.stringContaining(FORM.nombre)])
  expect((await ask(browser, `${KEYS}/nueva`)).headers.location).toBe(KEYS)
  expect((await ask(browser, `${KEYS}/${id}`)).body).toContain('Quitar «Llave azul»')
  expect((await send(browser, `${KEYS}/${id}/eliminacion`)).statusCode).toBe(422)
  expect(await keysOf(portal)).toEqual(['Llave azul'])
  const last = await send(browser, KEYS, { ...FORM, contrasena: 'No es esta' })
  expect(last.headers.location).toBe('/interno/ingresar')
  expect((await browser.get('/interno')).statusCode).toBe(303)
})

it('begins one with the password, and forgets one of one’s own only', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const eva = await colleague(portal, 'eva', 'loader')
  const { browser } = diego
  expect((await ask(browser, KEYS)).body).toContain('value="Firefox en Linux"')
  expect((await send(browser, KEYS, FORM)).headers.location).toBe(`${KEYS}/nueva`)
  const page = await ask(browser, `${KEYS}/nueva`)
  expect(page.body).toContain('Se llamará «Portátil de la oficina»')
  const options = /data-options="([^"]+)"/.exec(page.body)?.[1]?.replaceAll('&quot;', '"') ?? ''
  expect(JSON.parse(options)).toMatchObject({ rp: { id: 'localhost' }, user: { name: 'diego' } })
  const forged = await send(browser, `${KEYS}/nueva`, { respuesta: '{"id":"x"}' })
  expect(forged.headers.location).toBe(`${KEYS}/nueva`)
  expect((await ask(browser, `${KEYS}/nueva`)).body).toContain('No pudimos guardar esa llave')

  const id = await plantKey(portal, diego, 'Llave azul')
  const proof = { contrasena: PASSWORD }
  expect((await ask(eva.browser, `${KEYS}/${id}`)).statusCode).toBe(404)
  expect((await send(eva.browser, `${KEYS}/${id}/eliminacion`, proof)).statusCode).toBe(404)
  expect(await keysOf(portal)).toEqual(['Llave azul'])
  const gone = await send(browser, `${KEYS}/${id}/eliminacion`, proof)
  expect(gone.headers.location).toBe('/interno/perfil')
  expect(await keysOf(portal)).toEqual([])
})

it('has room for ten of a person, and says so at the eleventh', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  for (let at = 1; at <= 10; at += 1) {
    expect((await send(diego.browser, KEYS, FORM)).statusCode).toBe(303)
    await plantKey(portal, diego, `Llave ${at}`)
  }
  const eleventh = await send(diego.browser, KEYS, FORM)
  expect([eleventh.statusCode, eleventh.body]).toEqual([
    422,
    expect.stringContaining('Ya tienes 10 llaves'),
  ])
})

it('takes no name that nobody can read', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'diego', 'loader')
  for (const nombre of ['', '123', '\u200b', 'a\u202eb', 'a\u0007b', 'a'.repeat(41)]) {
    const answer = await send(browser, KEYS, { ...FORM, nombre })
    expect([nombre, answer.statusCode]).toEqual([nombre, 422])
    expect(answer.body).toContain('Escribe un nombre con letras')
  }
})

it('leaves codes that their owner has not kept where they are shown', async () => {
  const portal = await openPortal()
  const { initial } = await invite(portal, 'diego', 'loader')
  const browser = portal.browser()
  await typeIn(browser, 'diego', initial)
  await browser.post('/interno/contrasena', { nueva: PASSWORD })
  const secret = secretOn(await browser.get('/interno/segundo-factor'))
  const codigo = totpCode(secret, portal.clock.now())
  await browser.post('/interno/segundo-factor', { codigo })
  const { body } = await browser.get(CODES)
  expect(body).toMatch(/<code>[A-Z2-9]{5}-[A-Z2-9]{5}<\/code>/)

  const app = '/interno/perfil/segundo-factor'
  for (const page of [KEYS, app]) {
    expect((await ask(browser, page)).headers.location).toBe(CODES)
    const answer = await send(browser, page, FORM)
    expect([answer.statusCode, answer.body]).toEqual([
      422,
      expect.stringContaining('Primero confirma que guardaste'),
    ])
  }
  expect((await browser.get(CODES)).body).toBe(body)
  await browser.post(`${CODES}/guardado`)
  expect((await send(browser, KEYS, FORM)).headers.location).toBe(`${KEYS}/nueva`)
})
