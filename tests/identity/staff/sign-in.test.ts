import { expect, it } from 'vitest'
import { totpCode } from '#src/identity/staff/factor/totp.ts'
import { openPortal } from '#tests/support/portal.ts'
import { lastMail, MARIA, signIn, signUp } from '../support.ts'
import {
  colleague,
  enrol,
  invite,
  mailedPassword,
  PASSWORD,
  secretOn,
  signInAgain,
  typeIn,
} from './support.ts'

it('takes somebody from the mail to the landing page, and opens nothing on the way', async () => {
  const portal = await openPortal()
  const { initial } = await invite(portal, 'diego.mora', 'loader')
  const browser = portal.browser()
  const first = await typeIn(browser, 'Diego.Mora ', initial)
  expect([first.statusCode, first.headers.location]).toEqual([303, '/interno/contrasena'])
  expect((await browser.get('/interno')).headers.location).toMatch(/^\/interno\/ingresar/)
  expect((await browser.get('/interno/codigo')).headers.location).toBe('/interno/ingresar')
  expect((await browser.get('/primer-ingreso')).headers.location).toBe('/ingresar')
  expect((await browser.post('/primer-ingreso', { nueva: PASSWORD })).headers.location).toBe(
    '/ingresar',
  )

  const weak = await browser.post('/interno/contrasena', { nueva: 'corta' })
  expect(weak.statusCode).toBe(422)
  const chosen = await browser.post('/interno/contrasena', { nueva: PASSWORD })
  expect(chosen.headers.location).toBe('/interno/codigo')
  expect((await browser.get('/interno/codigo')).headers.location).toBe('/interno/segundo-factor')
  expect((await browser.get('/interno')).headers.location).toMatch(/^\/interno\/ingresar/)

  const page = await browser.get('/interno/segundo-factor')
  expect(page.body).toContain('<svg viewBox="0 0 ')
  const wrong = await browser.post('/interno/segundo-factor', { codigo: '000000' })
  expect(wrong.statusCode).toBe(422)
  expect(secretOn(wrong)).toBe(secretOn(page))
  const codigo = totpCode(secretOn(page), portal.clock.now())
  const done = await browser.post('/interno/segundo-factor', { codigo })
  expect(done.headers.location).toBe('/interno/perfil/respaldo')
  expect((await browser.get('/interno')).body).toContain('Hola, Diego.mora')
})

it('asks for password and code, and takes each code once', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const other = portal.browser()
  await typeIn(other, 'diego', PASSWORD)
  const codigo = totpCode(diego.secret, portal.clock.now())
  const used = await other.post('/interno/codigo', { codigo })
  expect([used.statusCode, used.body]).toEqual([422, expect.stringContaining('ya se usó')])
  portal.clock.advance({ seconds: 30 })
  const next = totpCode(diego.secret, portal.clock.now())
  const entered = await other.post('/interno/codigo', {
    codigo: `${next.slice(0, 3)} ${next.slice(3)}`,
  })
  expect([entered.statusCode, entered.headers.location]).toEqual([303, '/interno'])

  const third = portal.browser()
  await typeIn(third, 'diego', PASSWORD)
  expect((await third.post('/interno/codigo', { codigo: next })).statusCode).toBe(422)
  portal.clock.advance({ seconds: 90 })
  const old = await third.post('/interno/codigo', { codigo: next })
  expect(old.statusCode).toBe(422)
})

it('comes back to the page that was asked for, of its own area only', async () => {
  const portal = await openPortal()
  const { secret } = await colleague(portal, 'diego', 'loader')
  for (const [volver, landing] of [
    ['/interno/perfil', '/interno/perfil'],
    ['/comprobantes', '/interno'],
    ['//evil.example/interno', '/interno'],
    ['/interno/codigo', '/interno'],
  ] as const) {
    portal.clock.advance({ minutes: 2 })
    const browser = portal.browser()
    await browser.post('/interno/ingresar', { usuario: 'diego', contrasena: PASSWORD, volver })
    const codigo = totpCode(secret, portal.clock.now())
    const entered = await browser.post('/interno/codigo', { codigo })
    expect(entered.headers.location).toBe(landing)
  }
})

it('takes each of ten codes once in place of the app, and tells their owner', async () => {
  const portal = await openPortal()
  const { codes } = await colleague(portal, 'diego', 'loader')
  expect(new Set(codes).size).toBe(10)
  const [code = ''] = codes
  const browser = portal.browser()
  await typeIn(browser, 'diego', PASSWORD)
  const entered = await browser.post('/interno/codigo', { codigo: code.toLowerCase() })
  expect(entered.headers.location).toBe('/interno')
  expect((await lastMail(portal, 'second-factor-changed')).text).toContain('códigos de respaldo')
  expect((await browser.get('/interno/perfil')).body).toContain('Te quedan 9')
  const again = portal.browser()
  await typeIn(again, 'diego', PASSWORD)
  expect((await again.post('/interno/codigo', { codigo: code })).statusCode).toBe(422)
})

it('answers a name nobody has, a customer and a wrong password in the same words', async () => {
  const portal = await openPortal()
  await signUp(portal, MARIA)
  await colleague(portal, 'diego', 'loader')
  const { id } = await colleague(portal, 'elena', 'auditor')
  await portal.db
    .updateTable('login')
    .set({ disabled_at: portal.clock.now().toISOString() })
    .where('id', '=', id)
    .execute()
  const told: Record<string, string[]> = {}
  for (const user of ['diego', 'nadie', MARIA.number, 'elena', '¿?']) {
    const browser = portal.browser({ address: '198.51.100.9' })
    told[user] = []
    for (let at = 0; at < 4; at += 1) {
      const answer = await typeIn(browser, user, at === 0 ? MARIA.password : 'No es esta')
      expect(answer.statusCode).toBe(422)
      told[user].push(/id="ingreso-error">([^<]*)/.exec(answer.body)?.[1] ?? '')
    }
  }
  const [first, ...others] = Object.values(told)
  expect(first?.[0]).toContain('no coinciden. Te quedan 2 intentos')
  expect(first?.[2]).toContain('Pide a una persona que administra el portal')
  for (const one of others) expect(one).toEqual(first)
  const reasons = (await portal.inbox()).map(({ reason }) => reason)
  expect(reasons.filter((reason) => reason === 'staff-locked')).toHaveLength(1)
  expect(reasons).not.toContain('unlock')
})

it('counts wrong codes and wrong passwords together, and locks at the third', async () => {
  const portal = await openPortal()
  const { secret } = await colleague(portal, 'diego', 'loader')
  const thief = portal.browser({ address: '198.51.100.9' })
  await typeIn(thief, 'diego', 'No es esta')
  await typeIn(thief, 'diego', PASSWORD)
  const wrong = await thief.post('/interno/codigo', { codigo: '000000' })
  expect(wrong.body).toContain('Te queda 1 intento')
  await typeIn(thief, 'diego', PASSWORD)
  const last = await thief.post('/interno/codigo', { codigo: '000000' })
  expect([last.statusCode, last.headers.location]).toEqual([303, '/interno/ingresar'])
  expect((await thief.get('/interno/ingresar')).body).toContain('Bloqueamos el ingreso')
  expect((await thief.get('/interno/codigo')).headers.location).toBe('/interno/ingresar')
  portal.clock.advance({ minutes: 30 })
  const again = await typeIn(thief, 'diego', PASSWORD)
  expect(again.body).toContain('Bloqueamos el ingreso')
  await thief.post('/recuperar', { usuario: 'diego' })
  const reasons = (await portal.inbox()).map(({ reason }) => reason)
  expect(reasons).not.toContain('initial-password')
  expect(reasons).not.toContain('unlock')
  // Not even with the right code: only an administrator opens it.
  const codigo = totpCode(secret, portal.clock.now())
  expect((await thief.post('/interno/codigo', { codigo })).statusCode).toBe(303)
  expect((await thief.get('/interno')).statusCode).toBe(303)
})

it('lets a stranger lock neither a browser that is known nor its owner', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  const stranger = portal.browser({ address: '198.51.100.9' })
  for (let at = 0; at < 5; at += 1) await typeIn(stranger, 'diego', 'No es esta')
  await diego.browser.post('/salir')
  const back = await signInAgain(portal, diego.browser, diego)
  expect(back.headers.location).toBe('/interno')
})

it('keeps the two doors apart', async () => {
  const portal = await openPortal()
  const { user, browser: staff } = await colleague(portal, 'diego', 'administrator')
  const customer = await signUp(portal, MARIA)
  expect((await signIn(portal.browser(), user, PASSWORD)).statusCode).toBe(422)
  expect((await typeIn(portal.browser(), MARIA.number, MARIA.password)).statusCode).toBe(422)
  expect((await customer.get('/interno')).headers.location).toBe(
    '/interno/ingresar?volver=%2Finterno',
  )
  expect((await staff.get('/comprobantes')).headers.location).toBe(
    '/ingresar?volver=%2Fcomprobantes',
  )
  expect((await staff.get('/ingresar')).statusCode).toBe(200)
  expect((await customer.get('/interno/ingresar')).statusCode).toBe(200)
  expect((await staff.post('/salir')).headers.location).toBe('/interno/ingresar')
  expect((await customer.post('/salir')).headers.location).toBe('/ingresar')
})

it('ends a session after 15 minutes without use, and after the absolute time', async () => {
  const portal = await openPortal()
  const diego = await colleague(portal, 'diego', 'loader')
  portal.clock.advance({ minutes: 14 })
  expect((await diego.browser.get('/interno')).statusCode).toBe(200)
  portal.clock.advance({ minutes: 15 })
  const idle = await diego.browser.get('/interno/perfil')
  expect(idle.headers.location).toBe(
    '/interno/ingresar?volver=%2Finterno%2Fperfil&motivo=inactividad',
  )
  await signInAgain(portal, diego.browser, diego)
  for (let minutes = 0; minutes < 8 * 60 - 10; minutes += 10) {
    expect((await diego.browser.get('/interno')).statusCode).toBe(200)
    portal.clock.advance({ minutes: 10 })
  }
  portal.clock.advance({ minutes: 10 })
  expect((await diego.browser.get('/interno')).statusCode).toBe(303)
})

it('sends a mailed password that works once and not after a day', async () => {
  const portal = await openPortal()
  const { initial } = await invite(portal, 'diego', 'loader')
  expect(await mailedPassword(portal)).toBe(initial)
  portal.clock.advance({ hours: 24 })
  expect((await typeIn(portal.browser(), 'diego', initial)).statusCode).toBe(422)
  const { initial: second } = await invite(portal, 'elena', 'auditor')
  await enrol(portal, portal.browser(), 'elena', second)
  expect((await typeIn(portal.browser(), 'elena', second)).statusCode).toBe(422)
})
