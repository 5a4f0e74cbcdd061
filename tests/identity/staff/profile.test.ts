import { expect, it } from 'vitest'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { openPortal } from '#tests/support/portal.ts'
import { lastMail } from '../support.ts'
import { colleague, PASSWORD, secretOn, signInAgain, typeIn } from './support.ts'

const NEXT = 'Otra frase de la tarde'

it('changes the password, ends the other sessions and tells by mail', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const other = portal.browser()
  await signInAgain(portal, other, diego)
  const form = { actual: PASSWORD, nueva: 'diego paladines' }
  expect((await diego.browser.post('/interno/perfil/contrasena', form)).statusCode).toBe(422)
  const done = await diego.browser.post('/interno/perfil/contrasena', { ...form, nueva: NEXT })
  expect(done.headers.location).toBe('/interno/perfil')
  expect((await other.get('/interno')).statusCode).toBe(303)
  expect((await diego.browser.get('/interno')).statusCode).toBe(200)
  expect((await lastMail(portal, 'password-changed')).to).toBe('diego@bancoceibo.example')
  expect((await typeIn(other, 'diego', PASSWORD)).statusCode).toBe(422)
  expect((await typeIn(other, 'diego', NEXT)).statusCode).toBe(303)
})

it('lets nobody at an open session try passwords: the third wrong one ends it', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'diego', 'loader')
  const wrong = { contrasena: 'No es esta' }
  for (const place of ['respaldo', 'segundo-factor']) {
    const answer = await browser.post(`/interno/perfil/${place}`, wrong)
    expect([answer.statusCode, answer.body]).toEqual([
      422,
      expect.stringContaining('Esa no es tu contraseña actual'),
    ])
  }
  const last = await browser.post('/interno/perfil/segundo-factor', wrong)
  expect(last.headers.location).toMatch(/^\/interno\/ingresar/)
  expect((await browser.get('/interno')).statusCode).toBe(303)
})

it('replaces the app with the password and a code of the new one', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const { browser } = diego
  const other = portal.browser()
  await signInAgain(portal, other, diego)
  const early = await browser.get('/interno/perfil/segundo-factor/nuevo')
  expect(early.headers.location).toBe('/interno/perfil/segundo-factor')
  await browser.post('/interno/perfil/segundo-factor', { contrasena: PASSWORD })
  const page = await browser.get('/interno/perfil/segundo-factor/nuevo')
  const secret = secretOn(page)
  expect(secret).not.toBe(diego.secret)
  const old = totpCode(diego.secret, portal.clock.now())
  const wrong = await browser.post('/interno/perfil/segundo-factor/nuevo', { codigo: old })
  expect([wrong.statusCode, secretOn(wrong)]).toEqual([422, secret])
  const codigo = totpCode(secret, portal.clock.now())
  const done = await browser.post('/interno/perfil/segundo-factor/nuevo', { codigo })
  expect(done.headers.location).toBe('/interno/perfil')
  expect((await lastMail(portal, 'second-factor-changed')).text).toContain(
    'Cambiaste la aplicación',
  )
  expect((await other.get('/interno')).statusCode).toBe(303)
  expect((await signInAgain(portal, other, diego)).statusCode).toBe(422)
  const entered = await signInAgain(portal, other, { user: 'diego', secret })
  expect(entered.headers.location).toBe('/interno')
})

it('shows ten new codes until they are kept, and the former ones are worth nothing', async () => {
  const portal = await openPortal()
  const { browser, codes } = await colleague(portal, 'diego', 'loader')
  expect((await browser.get('/interno/perfil/respaldo')).body).toContain('Te quedan 10 de 10')
  await browser.post('/interno/perfil/respaldo', { contrasena: PASSWORD })
  const shown = await browser.get('/interno/perfil/respaldo')
  expect((await browser.get('/interno/perfil/respaldo')).body).toBe(shown.body)
  const fresh = [...shown.body.matchAll(/<code>([A-Z2-9-]{11})<\/code>/g)].map(([, code]) => code)
  expect(new Set([...fresh, ...codes]).size).toBe(20)
  await browser.post('/interno/perfil/respaldo/guardado')
  const after = await browser.get('/interno/perfil/respaldo')
  for (const code of fresh) expect(after.body).not.toContain(code)
  const stored = await portal.db.selectFrom('recovery_code').selectAll().execute()
  expect(stored).toHaveLength(10)
  for (const code of fresh) expect(JSON.stringify(stored)).not.toContain(code)
  const other = portal.browser()
  await typeIn(other, 'diego', PASSWORD)
  expect((await other.post('/interno/codigo', { codigo: codes[0] ?? '' })).statusCode).toBe(422)
  const entered = await other.post('/interno/codigo', { codigo: fresh[0] ?? '' })
  expect(entered.headers.location).toBe('/interno')
})

it('lists the open sessions of this person, and ends one or all the others', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const eva = await colleague(portal, 'eva', 'loader')
  const others = [portal.browser(), portal.browser()]
  for (const other of others) await signInAgain(portal, other, diego)
  const page = await diego.browser.get('/interno/perfil')
  const [first = ''] = /\/interno\/perfil\/sesiones\/[\w-]+/.exec(page.body) ?? []
  expect((await eva.browser.post(first)).statusCode).toBe(404)
  expect((await diego.browser.post(first)).statusCode).toBe(303)
  const left = []
  for (const other of others) left.push((await other.get('/interno')).statusCode)
  expect(left.sort()).toEqual([200, 303])
  await diego.browser.post('/interno/perfil/sesiones')
  for (const other of others) expect((await other.get('/interno')).statusCode).toBe(303)
  expect((await eva.browser.get('/interno')).statusCode).toBe(200)
  expect((await diego.browser.get('/interno')).statusCode).toBe(200)
})

it('keeps the secret of the app sealed, and none of it in the chain or the mails', async () => {
  const portal = await openPortal()
  const { secret, codes } = await colleague(portal, 'diego', 'loader')
  const [rows, sessions, chain] = await Promise.all([
    portal.db.selectFrom('second_factor').selectAll().execute(),
    portal.db.selectFrom('session').selectAll().execute(),
    portal.db.selectFrom('audit').selectAll().execute(),
  ])
  const texts = (await portal.inbox()).map(({ text, html }) => `${text}${html}`)
  const everything = JSON.stringify([rows, sessions, chain, texts])
  for (const word of [secret, ...codes]) expect(everything).not.toContain(word)
})
