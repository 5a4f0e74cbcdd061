import { describe, expect, it } from 'vitest'
import { amazonas } from '#src/policy/amazonas.ts'
import { ORIGIN, openPortal, START } from '#tests/support/portal.ts'
import {
  addPerson,
  comparable,
  firstLogin,
  lastCode,
  lastLink,
  lastMail,
  MARIA,
  PEDRO,
  STRANGER,
  signIn,
} from './support.ts'

const ON_FILE = 'antiguo@correo.example'

describe('the first login', () => {
  it('takes somebody with cédula and cédula to their receipts', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browser = portal.browser()
    const start = await signIn(browser, MARIA.number, MARIA.number)
    expect([start.statusCode, start.headers.location]).toEqual([303, '/primer-ingreso'])
    expect((await browser.get('/primer-ingreso')).statusCode).toBe(200)
    const chosen = await browser.post('/primer-ingreso', {
      nueva: MARIA.password,
      correo: MARIA.email,
    })
    expect([chosen.statusCode, chosen.headers.location]).toEqual([303, '/codigo'])
    const page = await browser.get('/codigo')
    expect(page.body).toContain(MARIA.email)
    expect(page.body).toContain('Vence a las')
    const done = await browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
    expect([done.statusCode, done.headers.location]).toEqual([303, '/comprobantes'])
    const profile = await browser.get('/perfil')
    expect(profile.body).toContain('Todo listo. Estos son tus comprobantes.')
    expect(profile.body).toContain(MARIA.name)
  })

  it('ends the initial password: the second time it leads nowhere', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    await firstLogin(portal, portal.browser(), MARIA)
    const again = portal.browser()
    await firstLogin(portal, again, { ...MARIA, password: 'Otra contraseña larga' }).catch(
      () => null,
    )
    expect((await again.get('/perfil')).statusCode).toBe(303)
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).headers.location).toBe(
      '/comprobantes',
    )
  })

  it('reminds by mail, once a day, whoever has access already, and shows them the same page', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA, ON_FILE)
    await addPerson(portal, PEDRO)
    await firstLogin(portal, portal.browser(), PEDRO)
    const reminders = async () =>
      (await portal.inbox()).filter(({ reason }) => reason === 'access-reminder')
    const pages = []
    for (const number of [PEDRO.number, `${PEDRO.number}001`, STRANGER, MARIA.number]) {
      const browser = portal.browser()
      const answer = await signIn(browser, number, number)
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/primer-ingreso'])
      pages.push(comparable(await browser.get('/primer-ingreso')))
    }
    expect(new Set(pages).size).toBe(1)
    const [reminder, ...more] = await reminders()
    expect([reminder?.to, more]).toEqual([PEDRO.email, []])
    expect(reminder?.text).toContain('Ingresa con tu contraseña; si la olvidaste, recupérala aquí')
    expect(reminder?.text).toContain(`${ORIGIN}/recuperar`)
    portal.clock.advance({ hours: 24 })
    await signIn(portal.browser(), PEDRO.number, PEDRO.number)
    expect(await reminders()).toHaveLength(2)
    await portal.db.updateTable('login').set({ frozen_at: START.toISOString() }).execute()
    portal.clock.advance({ hours: 24 })
    await signIn(portal.browser(), PEDRO.number, PEDRO.number)
    expect(await reminders()).toHaveLength(2)
  })

  it('takes RUC and cédula for the same person', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browser = portal.browser()
    const ruc = `${MARIA.number}001`
    const answer = await firstLogin(portal, browser, { ...MARIA, number: ruc })
    expect(answer.headers.location).toBe('/comprobantes')
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).headers.location).toBe(
      '/comprobantes',
    )
  })

  it('asks for the code that went to the address on file, and warns that address', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA, ON_FILE)
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    const form = { nueva: MARIA.password, correo: MARIA.email }
    expect((await lastMail(portal, 'first-code')).to).toBe(ON_FILE)
    await browser.post('/primer-ingreso', form)
    expect((await portal.inbox()).map(({ reason }) => reason)).toEqual(['first-code'])

    const wrong = await browser.post('/primer-ingreso', { ...form, codigo: 'ABCDEFGH' })
    expect(wrong.statusCode).toBe(422)
    expect(wrong.body).toContain('te quedan 4 intentos')
    const code = await lastCode(portal, 'first-code')
    expect(code).toMatch(/^[A-Z2-9]{8}$/)
    const right = await browser.post('/primer-ingreso', {
      ...form,
      codigo: `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase(),
    })
    expect(right.headers.location).toBe('/codigo')
    await browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
    expect((await browser.get('/perfil')).statusCode).toBe(200)
    const warning = await lastMail(portal, 'first-login-warning')
    expect(warning.to).toBe(ON_FILE)

    const stranger = portal.browser()
    const link = await lastLink(portal, 'first-login-warning')
    expect((await stranger.get(link)).statusCode).toBe(200)
    expect((await browser.get('/perfil')).statusCode).toBe(200)
    expect((await stranger.post(link)).body).toContain('Cerramos tu acceso')
    expect((await browser.get('/perfil')).statusCode).toBe(303)
    const frozen = await signIn(portal.browser(), MARIA.number, MARIA.password)
    expect(frozen.body).toContain('avisaste que no fuiste tú')
    expect((await stranger.post(link)).statusCode).toBe(410)
  })

  it('lets nobody in without a contact on file when the policy says always', async () => {
    const policy = { ...amazonas, firstLogin: { ...amazonas.firstLogin, proof: 'always' as const } }
    const portal = await openPortal({ policy })
    await addPerson(portal, MARIA)
    await expect(firstLogin(portal, portal.browser(), MARIA)).rejects.toThrow('No mail')
  })

  it('keeps what was typed, but never the password, and names every missing rule', async () => {
    const portal = await openPortal()
    const browser = portal.browser()
    await signIn(browser, STRANGER, STRANGER)
    const answer = await browser.post('/primer-ingreso', { nueva: 'ab1', correo: MARIA.email })
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain(`value="${MARIA.email}"`)
    expect(answer.body).not.toContain('ab1')
    expect(answer.body).toContain(
      'entre 8 y 64 caracteres, al menos 5 letras y al menos una mayúscula',
    )
  })

  it('says the limited session is over after its ten minutes', async () => {
    const portal = await openPortal()
    const browser = portal.browser()
    await signIn(browser, STRANGER, STRANGER)
    portal.clock.advance({ minutes: 10 })
    expect((await browser.get('/primer-ingreso')).headers.location).toBe(
      '/ingresar?motivo=inactividad',
    )
  })
})
