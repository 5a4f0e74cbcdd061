import { describe, expect, it } from 'vitest'
import { amazonas } from '#src/policy/amazonas.ts'
import { belowFloor } from '#src/policy/floor.ts'
import { openPortal } from '#tests/support/portal.ts'
import {
  addPerson,
  comparable,
  firstLogin,
  lastCode,
  lastMail,
  MARIA,
  PEDRO,
  STRANGER,
  signIn,
} from './support.ts'

const ON_FILE = 'antiguo@correo.example'

describe('the first login, tried by others', () => {
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
    ]) {
      const answer = await browser.post('/primer-ingreso', { nueva: MARIA.password, correo })
      expect([correo, answer.statusCode]).toEqual([correo, 422])
    }
    const cut = { nueva: MARIA.password, correo: 'a@b.example\u0000' }
    expect((await browser.post('/primer-ingreso', cut)).statusCode).toBe(400)
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

  it('limits the tries of one block of addresses', async () => {
    const portal = await openPortal()
    const answers = []
    for (let last = 1; last <= 32; last += 1) {
      answers.push(
        await signIn(portal.browser({ address: `203.0.113.${last}` }), STRANGER, STRANGER),
      )
    }
    expect(answers.map((answer) => answer.statusCode)).toEqual([...Array(30).fill(303), 429, 429])
    expect(answers.at(-1)?.headers['retry-after']).toBe('600')
    expect(
      (await signIn(portal.browser({ address: '198.51.100.1' }), STRANGER, STRANGER)).statusCode,
    ).toBe(303)
  })

  it('limits them as the policy says, which may not say just anything', async () => {
    const firstLogin = { ...amazonas.firstLogin, sourcePer10Minutes: 2 }
    const portal = await openPortal({ policy: { ...amazonas, firstLogin } })
    const answers = []
    for (let last = 1; last <= 3; last += 1) {
      const browser = portal.browser({ address: `203.0.113.${last}` })
      answers.push((await signIn(browser, STRANGER, STRANGER)).statusCode)
    }
    expect(answers).toEqual([303, 303, 429])
    const lax = { ...firstLogin, sourcePer10Minutes: 61, sourcePerDay: 301 }
    expect(belowFloor({ ...amazonas, firstLogin: lax })).toHaveLength(2)
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
