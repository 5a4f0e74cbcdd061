import { describe, expect, it } from 'vitest'
import { openPortal } from '#tests/support/portal.ts'
import { lastCode, lastLink, lastMail, MARIA, PEDRO, signIn, signUp } from './support.ts'

const NEXT = 'Una frase de otra tarde'
const ELSEWHERE = { address: '198.51.100.20' }

describe('the profile', () => {
  it('shows what is kept, masked, with the last access', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const first = await browser.get('/perfil')
    expect(first.body).toContain('mar&#8226;&#8226;&#8226;@correo.example')
    expect(first.body).not.toContain(MARIA.email)
    expect(first.body).not.toContain(MARIA.number)
    expect(first.body).toContain('Este es el primero')
    portal.clock.advance({ days: 1 })
    await signIn(browser, MARIA.number, MARIA.password)
    expect((await browser.get('/perfil')).body).toContain('21 nov 2026, 12:00')
  })

  it('changes the password, ends the other sessions and says so by mail', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const other = portal.browser(ELSEWHERE)
    await signIn(other, MARIA.number, MARIA.password)
    const done = await browser.post('/perfil/contrasena', { actual: MARIA.password, nueva: NEXT })
    expect([done.statusCode, done.headers.location]).toEqual([303, '/perfil'])
    expect((await browser.get('/perfil')).body).toContain('Guardamos tu nueva contraseña.')
    expect((await other.get('/perfil')).statusCode).toBe(303)
    expect((await lastMail(portal, 'password-changed')).to).toBe(MARIA.email)
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).statusCode).toBe(422)
    expect((await signIn(portal.browser(), MARIA.number, NEXT)).statusCode).toBe(303)
  })

  it('refuses the same, a weak and an own password, and a wrong current one', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const change = (actual: string, nueva: string) =>
      browser.post('/perfil/contrasena', { actual, nueva })
    expect((await change(MARIA.password, MARIA.password)).body).toContain('Esa ya la usaste')
    expect((await change(MARIA.password, 'Paredes de la casa')).body).toContain(
      'distinta de tu cédula, tu nombre',
    )
    expect((await change(MARIA.password, `Con${PEDRO.number}`)).statusCode).toBe(422)
    expect((await change('No es esta', NEXT)).body).toContain(
      'Esa no es tu contraseña actual. Te quedan 2 intentos.',
    )
  })

  it('ends every session after three wrong current passwords', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    for (let at = 0; at < 2; at += 1) {
      await browser.post('/perfil/correo', {
        correo: 'otro@correo.example',
        contrasena: 'No es esta',
      })
    }
    const last = await browser.post('/perfil/contrasena', { actual: 'No es esta', nueva: NEXT })
    expect([last.statusCode, last.headers.location]).toEqual([303, '/ingresar'])
    expect((await browser.get('/perfil')).statusCode).toBe(303)
    expect((await lastMail(portal, 'unlock')).to).toBe(MARIA.email)
    const chain = await portal.db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(chain.slice(-2).map(({ action, detail }) => [action, JSON.parse(detail)])).toEqual([
      ['login.locked', { knownDevice: true }],
      ['session.all-ended', { cause: 'lock', sessions: 1 }],
    ])
  })

  it('changes the address with the password and a code, and tells the old one', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const asked = await browser.post('/perfil/correo', {
      correo: 'nuevo@correo.example',
      contrasena: MARIA.password,
    })
    expect(asked.headers.location).toBe('/perfil/correo/codigo')
    expect((await browser.get('/perfil/correo/codigo')).body).toContain('nuevo@correo.example')
    expect((await browser.post('/perfil/correo/codigo', { codigo: 'AAAAA' })).body).toContain(
      'te quedan 4 intentos',
    )
    expect((await lastMail(portal, 'email-code')).to).toBe('nuevo@correo.example')
    const done = await browser.post('/perfil/correo/codigo', {
      codigo: await lastCode(portal, 'email-code'),
    })
    expect(done.headers.location).toBe('/perfil')
    expect((await browser.get('/perfil')).body).toContain('nue&#8226;&#8226;&#8226;@correo.example')
    const warning = await lastMail(portal, 'email-changed')
    expect(warning.to).toBe(MARIA.email)
    expect(warning.text).not.toContain('nuevo@correo.example')
    expect((await browser.get('/perfil/correo/codigo')).headers.location).toBe('/perfil/correo')
    await portal.browser().post(await lastLink(portal, 'email-changed'))
    expect((await browser.get('/perfil')).statusCode).toBe(303)
  })

  it('changes no address without the password, nor to one it has, nor to a trick', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const ask = (correo: string, contrasena = MARIA.password) =>
      browser.post('/perfil/correo', { correo, contrasena })
    expect((await ask('nuevo@correo.example', '')).statusCode).toBe(422)
    expect((await ask(MARIA.email)).body).toContain('Ese ya es tu correo registrado')
    expect((await ask('a@b.example\r\nBcc: c@evil.example')).statusCode).toBe(422)
    const codes = (await portal.inbox()).filter(({ reason }) => reason === 'email-code')
    expect(codes).toHaveLength(1)
  })

  it('keeps which mails are wanted', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    await browser.post('/perfil/avisos', { avisos: 'daily' })
    expect((await browser.get('/perfil/avisos')).body).toMatch(/value="daily" checked/)
    expect((await browser.post('/perfil/avisos', { avisos: 'everything' })).statusCode).toBe(400)
    const { alerts } = await portal.db
      .selectFrom('login')
      .select('alerts')
      .executeTakeFirstOrThrow()
    expect(alerts).toBe('daily')
  })

  it('keeps the theme and the shortcuts, here and at the next sign-in elsewhere', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    await browser.post('/perfil/apariencia', { tema: 'oscuro' })
    const page = await browser.get('/perfil')
    expect(page.body).toContain('data-tema="oscuro"')
    expect(page.body).not.toContain('data-shortcuts')
    const other = portal.browser(ELSEWHERE)
    await signIn(other, MARIA.number, MARIA.password)
    expect(other.cookies.get('tema')).toBe('oscuro')
  })

  it('lists sessions and closes them one by one or all others', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const others = [portal.browser(ELSEWHERE), portal.browser(ELSEWHERE), portal.browser(ELSEWHERE)]
    for (const other of others) await signIn(other, MARIA.number, MARIA.password)
    const page = await browser.get('/perfil/sesiones')
    const ids = [...page.body.matchAll(/action="\/perfil\/sesiones\/([\w-]+)"/g)].map(
      ([, id]) => id,
    )
    expect(ids).toHaveLength(3)
    await browser.post(`/perfil/sesiones/${ids[0]}`)
    const open = await Promise.all(others.map((other) => other.get('/perfil')))
    expect(open.map((answer) => answer.statusCode).sort()).toEqual([200, 200, 303])
    await browser.post('/perfil/sesiones')
    const closed = await Promise.all(others.map((other) => other.get('/perfil')))
    expect(closed.map((answer) => answer.statusCode)).toEqual([303, 303, 303])
    expect((await browser.get('/perfil')).statusCode).toBe(200)
  })

  it("forgets a device of one's own, and of nobody else", async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    const other = portal.browser(ELSEWHERE)
    await signIn(other, MARIA.number, MARIA.password)
    const pedro = await signUp(portal, PEDRO)
    const page = await browser.get('/perfil/sesiones')
    const id = /action="\/perfil\/equipos\/(\d+)"/.exec(page.body)?.[1]
    expect((await pedro.post(`/perfil/equipos/${id}`)).statusCode).toBe(404)
    expect((await other.get('/perfil')).statusCode).toBe(200)
    await browser.post(`/perfil/equipos/${id}`)
    expect((await other.get('/perfil')).statusCode).toBe(303)
    await signIn(other, MARIA.number, MARIA.password)
    const mails = (await portal.inbox()).filter(
      ({ reason, to }) => reason === 'new-device' && to === MARIA.email,
    )
    expect(mails).toHaveLength(2)
  })

  it('is for those who are signed in', async () => {
    const portal = await openPortal()
    for (const page of [
      '',
      '/correo',
      '/correo/codigo',
      '/contrasena',
      '/avisos',
      '/sesiones',
      '/apariencia',
    ]) {
      const answer = await portal.browser().get(`/perfil${page}`)
      expect([page, answer.statusCode]).toEqual([page, 303])
    }
  })

  it('writes what happened to the chain, and nothing personal with it', async () => {
    const portal = await openPortal()
    const browser = await signUp(portal)
    await browser.post('/perfil/contrasena', { actual: MARIA.password, nueva: NEXT })
    await browser.post('/perfil/correo', { correo: 'nuevo@correo.example', contrasena: NEXT })
    await browser.post('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') })
    await browser.post('/perfil/avisos', { avisos: 'off' })
    await browser.post('/perfil/avisos', { avisos: 'off' })
    await browser.post('/salir')
    const rows = await portal.db.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(rows.map(({ action }) => action)).toEqual([
      'first-login.started',
      'first-login.completed',
      'password.changed',
      'email.changed',
      'alerts.changed',
      'session.ended',
    ])
    const text = JSON.stringify(rows)
    for (const secret of [MARIA.number, MARIA.email, MARIA.password, NEXT, 'nuevo@', 'Paredes']) {
      expect(text).not.toContain(secret)
    }
  })
})
