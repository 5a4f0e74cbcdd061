import { describe, expect, it } from 'vitest'
import { amazonas } from '#src/policy/amazonas.ts'
import { openPortal } from '#tests/support/portal.ts'
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

  it('tells nobody whose name it is before the code is right', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA, ON_FILE)
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    const form = { nueva: 'Paredes de la casa', correo: 'otro@correo.example' }
    expect((await browser.post('/primer-ingreso', form)).headers.location).toBe('/codigo')
    const proven = await browser.post('/primer-ingreso', {
      ...form,
      codigo: await lastCode(portal, 'first-code'),
    })
    expect(proven.statusCode).toBe(422)
    expect(proven.body).toContain('distinta de tu nombre')
    const again = await browser.post('/primer-ingreso', { ...form, nueva: MARIA.password })
    expect(again.headers.location).toBe('/codigo')
    expect((await lastMail(portal, 'email-code')).to).toBe('otro@correo.example')
  })

  it('lets nobody in without a contact on file when the policy says always', async () => {
    const policy = { ...amazonas, firstLogin: { ...amazonas.firstLogin, proof: 'always' as const } }
    const portal = await openPortal({ policy })
    await addPerson(portal, MARIA)
    await expect(firstLogin(portal, portal.browser(), MARIA)).rejects.toThrow('No mail')
  })

  it('shows unknown, active and closed numbers the very same pages', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA, ON_FILE)
    await addPerson(portal, PEDRO)
    await firstLogin(portal, portal.browser({ address: '198.51.100.9' }), PEDRO)
    const waiting = { ...MARIA, number: '1713175071' }
    await addPerson(portal, waiting)
    const walks = []
    for (const number of [MARIA.number, PEDRO.number, STRANGER, waiting.number]) {
      const browser = portal.browser()
      const start = await signIn(browser, number, number)
      const form = await browser.get('/primer-ingreso')
      const weak = await browser.post('/primer-ingreso', {
        nueva: 'corta',
        correo: 'nada',
        codigo: '',
      })
      const chosen = await browser.post('/primer-ingreso', {
        nueva: MARIA.password,
        correo: MARIA.email,
      })
      const code = await browser.get('/codigo')
      const wrong = await browser.post('/codigo', { codigo: 'AAAAA' })
      walks.push(
        [start, form, weak, chosen, code, wrong].map((answer) => [
          answer.statusCode,
          answer.headers.location,
          Object.keys(answer.headers).sort(),
          comparable(answer),
        ]),
      )
    }
    const [first, ...others] = walks
    for (const walk of others) expect(walk).toEqual(first)
  })

  it('opens nothing else with the limited session', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    for (const page of ['/comprobantes', '/perfil', '/perfil/correo', '/perfil/sesiones']) {
      const answer = await browser.get(page)
      expect([page, answer.statusCode]).toEqual([page, 303])
      expect(answer.headers.location).toContain('/ingresar')
    }
    expect((await browser.post('/perfil/avisos', { avisos: 'off' })).statusCode).toBe(303)
    expect((await browser.get('/codigo')).headers.location).toBe('/primer-ingreso')
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

  it('takes no address that a mail could be split at', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    for (const correo of [
      'a@b.example\r\nBcc: c@evil.example',
      'a@b.example,c@evil.example',
      '"a b"@c.example',
      'Ana <a@b.example>',
      'a@b@c.example',
      'a@b',
      `${'a'.repeat(250)}@b.example`,
      'a@b.example\u0000',
    ]) {
      const answer = await browser.post('/primer-ingreso', { nueva: MARIA.password, correo })
      expect([correo, answer.statusCode]).toEqual([correo, 422])
    }
    expect(await portal.inbox()).toEqual([])
  })

  it('does nothing once the window has closed, and shows the same pages', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    portal.clock.advance({ days: 31 })
    const browser = portal.browser()
    expect((await signIn(browser, MARIA.number, MARIA.number)).headers.location).toBe(
      '/primer-ingreso',
    )
    const chosen = await browser.post('/primer-ingreso', {
      nueva: MARIA.password,
      correo: MARIA.email,
    })
    expect(chosen.headers.location).toBe('/codigo')
    expect(await portal.inbox()).toEqual([])
  })

  it('does nothing when the window closes on the way', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    portal.clock.advance({ days: 29, hours: 23, minutes: 58 })
    const browser = portal.browser()
    await signIn(browser, MARIA.number, MARIA.number)
    await browser.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email })
    portal.clock.advance({ minutes: 3 })
    const late = await browser.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
    expect(late.statusCode).toBe(422)
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).statusCode).toBe(422)
  })

  it('lets exactly one of two browsers finish', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    const browsers = [portal.browser(), portal.browser()]
    const codes: string[] = []
    for (const browser of browsers) {
      await signIn(browser, MARIA.number, MARIA.number)
      await browser.post('/primer-ingreso', { nueva: MARIA.password, correo: MARIA.email })
      codes.push(await lastCode(portal, 'email-code'))
    }
    const answers = await Promise.all(
      browsers.map((browser, at) => browser.post('/codigo', { codigo: codes[at] ?? '' })),
    )
    const inside = answers.filter((answer) => answer.headers.location === '/comprobantes')
    expect(inside).toHaveLength(1)
    const pages = await Promise.all(browsers.map((browser) => browser.get('/perfil')))
    expect(pages.map((page) => page.statusCode).sort()).toEqual([200, 303])
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

  it('limits the tries of one block of addresses', async () => {
    const portal = await openPortal()
    const answers = []
    for (let last = 1; last <= 12; last += 1) {
      answers.push(
        await signIn(portal.browser({ address: `203.0.113.${last}` }), STRANGER, STRANGER),
      )
    }
    expect(answers.map((answer) => answer.statusCode)).toEqual([...Array(10).fill(303), 429, 429])
    expect(answers.at(-1)?.headers['retry-after']).toBe('600')
    expect(
      (await signIn(portal.browser({ address: '198.51.100.1' }), STRANGER, STRANGER)).statusCode,
    ).toBe(303)
  })

  it('mails at most five codes a day to one customer', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA, ON_FILE)
    for (let at = 0; at < 8; at += 1) {
      await signIn(portal.browser({ address: `198.51.${at}.1` }), MARIA.number, MARIA.number)
    }
    expect(await portal.inbox()).toHaveLength(5)
  })
})
