import { describe, expect, it } from 'vitest'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import {
  comparable,
  lastLink,
  lastMail,
  MARIA,
  PEDRO,
  STRANGER,
  signIn,
  signUp,
} from './support.ts'

const ELSEWHERE = {
  address: '198.51.100.20',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36',
}

async function reasons(portal: TestPortal): Promise<string[]> {
  return (await portal.inbox()).map(({ reason }) => reason)
}

describe('signing in', () => {
  it('opens the portal and tells of a new device, once', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const browser = portal.browser(ELSEWHERE)
    const answer = await signIn(browser, MARIA.number, MARIA.password)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/comprobantes'])
    const mail = await lastMail(portal, 'new-device')
    expect(mail.to).toBe(MARIA.email)
    expect(mail.text).toContain('Chrome en Windows')
    expect(mail.text).toContain('198.51.100.20')
    await browser.post('/salir')
    await signIn(browser, MARIA.number, MARIA.password)
    expect((await reasons(portal)).filter((reason) => reason === 'new-device')).toHaveLength(1)
  })

  it('answers a stranger word for word as a customer, and locks both at the third', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const walks = []
    for (const number of [MARIA.number, STRANGER]) {
      const browser = portal.browser(ELSEWHERE)
      const answers = []
      for (let at = 0; at < 5; at += 1) answers.push(await signIn(browser, number, 'No es esta'))
      walks.push(
        answers.map((answer) => [
          answer.statusCode,
          Object.keys(answer.headers).sort(),
          comparable(answer).replaceAll(number, 'usuario'),
        ]),
      )
      expect(answers[0]?.body).toContain('Te quedan 2 intentos.')
      expect(answers[1]?.body).toContain('Te queda 1 intento antes de bloquear')
      expect(answers[2]?.body).toContain('Bloqueamos el ingreso por 3 intentos fallidos')
      expect(answers[4]?.statusCode).toBe(422)
    }
    expect(walks[1]).toEqual(walks[0])
    const right = await signIn(portal.browser(ELSEWHERE), MARIA.number, MARIA.password)
    expect(right.statusCode).toBe(422)
  })

  it('counts cédula and RUC of one person, known or not, as one', async () => {
    const portal = await openPortal()
    await signUp(portal)
    for (const number of [MARIA.number, STRANGER]) {
      const browser = portal.browser(ELSEWHERE)
      await signIn(browser, number, 'No es esta')
      const second = await signIn(browser, `${number}001`, 'No es esta')
      expect(second.body).toContain('Te queda 1 intento')
    }
  })

  it('gives no fresh attempts for blanks, full-width digits or invisible signs', async () => {
    const portal = await openPortal()
    const browser = portal.browser(ELSEWHERE)
    await signIn(browser, STRANGER, 'No es esta')
    const spaced = await signIn(
      browser,
      ` ${STRANGER.slice(0, 5)} ${STRANGER.slice(5)} `,
      'No es esta',
    )
    expect(spaced.body).toContain('Te queda 1 intento')
    const doubles = [`${STRANGER}\u200b`, STRANGER.replaceAll('0', '\uff10')]
    for (const double of doubles) {
      expect((await signIn(browser, double, double)).statusCode).toBe(422)
    }
  })

  it('mails the link that unlocks; looking at it does nothing, it works once', async () => {
    const portal = await openPortal()
    await signUp(portal)
    for (let at = 0; at < 4; at += 1)
      await signIn(portal.browser(ELSEWHERE), MARIA.number, 'No es esta')
    expect((await reasons(portal)).filter((reason) => reason === 'unlock')).toHaveLength(1)
    const link = await lastLink(portal, 'unlock')
    const browser = portal.browser(ELSEWHERE)
    expect((await browser.get(link)).body).toContain('Desbloquear mi ingreso')
    expect((await signIn(browser, MARIA.number, MARIA.password)).statusCode).toBe(422)
    const done = await browser.post(link)
    expect([done.statusCode, done.headers.location]).toEqual([303, '/ingresar'])
    expect((await signIn(browser, MARIA.number, MARIA.password)).statusCode).toBe(303)
    expect((await browser.post(link)).statusCode).toBe(410)
    expect((await browser.get(link)).statusCode).toBe(410)
  })

  it('lets a link expire', async () => {
    const portal = await openPortal()
    await signUp(portal)
    for (let at = 0; at < 3; at += 1)
      await signIn(portal.browser(ELSEWHERE), MARIA.number, 'No es esta')
    portal.clock.advance({ hours: 24 })
    expect((await portal.browser().post(await lastLink(portal, 'unlock'))).statusCode).toBe(410)
  })

  it('compares exactly three of a hundred passwords tried at once', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const { hasher } = portal.app.identity.tools
    let compared = 0
    const verify = hasher.verify.bind(hasher)
    hasher.verify = (password, phc) => {
      compared += 1
      return verify(password, phc)
    }
    const tries = Array.from({ length: 100 }, (_, at) =>
      signIn(portal.browser({ address: `198.51.${at}.4` }), MARIA.number, `No es esta ${at}`),
    )
    const answers = await Promise.all(tries)
    expect(compared).toBe(3)
    expect(answers.every((answer) => answer.statusCode === 422)).toBe(true)
  })

  it('cannot be used by strangers to keep a customer out of a browser they know', async () => {
    const portal = await openPortal()
    const home = await signUp(portal)
    await home.post('/salir')
    for (let at = 0; at < 60; at += 1) {
      await signIn(portal.browser({ address: `198.51.${at}.4` }), MARIA.number, `No es esta ${at}`)
    }
    expect((await signIn(home, MARIA.number, MARIA.password)).headers.location).toBe(
      '/comprobantes',
    )
    const elsewhere = portal.browser({ address: '192.0.2.1' })
    expect((await signIn(elsewhere, MARIA.number, MARIA.password)).statusCode).toBe(422)
  })

  it('locks a known device by itself, and the same link unlocks it', async () => {
    const portal = await openPortal()
    const home = await signUp(portal)
    await home.post('/salir')
    for (let at = 0; at < 3; at += 1) await signIn(home, MARIA.number, 'No es esta')
    expect((await signIn(home, MARIA.number, MARIA.password)).statusCode).toBe(422)
    expect((await signIn(portal.browser(ELSEWHERE), MARIA.number, MARIA.password)).statusCode).toBe(
      303,
    )
    await home.post(await lastLink(portal, 'unlock'))
    expect((await signIn(home, MARIA.number, MARIA.password)).statusCode).toBe(303)
  })

  it('does not take the mark of a browser for somebody else', async () => {
    const portal = await openPortal()
    const home = await signUp(portal)
    await signUp(portal, PEDRO)
    await home.post('/salir')
    await signIn(home, PEDRO.number, 'No es esta')
    const elsewhere = await signIn(portal.browser(ELSEWHERE), PEDRO.number, 'No es esta')
    expect(elsewhere.body).toContain('Te queda 1 intento')
  })

  it('answers 429 in Spanish to one source that goes on and on', async () => {
    const portal = await openPortal()
    const answers = []
    for (let at = 0; at < 14; at += 1) {
      answers.push(await signIn(portal.browser(ELSEWHERE), STRANGER, 'No es esta'))
    }
    expect(answers.at(-1)?.statusCode).toBe(429)
    expect(answers.at(-1)?.body).toContain('Demasiados intentos seguidos')
  })

  it('says 503 when too many passwords wait to be compared, and counts none of those', async () => {
    const portal = await openPortal()
    const { hasher } = portal.app.identity.tools
    let answered = false
    const crowd = Array.from({ length: 52 }, async () => {
      while (!answered) await hasher.verify('x', null)
    })
    const answer = await signIn(portal.browser(), STRANGER, 'No es esta')
    expect(answer.statusCode).toBe(503)
    answered = true
    await Promise.all(crowd)
    expect((await signIn(portal.browser(), STRANGER, 'No es esta')).body).toContain('Te quedan 2')
  })

  it('answers no sooner than the step of time that hides what was done', async () => {
    const portal = await openPortal()
    const started = performance.now()
    await signIn(portal.browser(), STRANGER, STRANGER)
    await portal.browser().post('/recuperar', { usuario: STRANGER })
    expect(performance.now() - started).toBeGreaterThan(190)
  })

  it('asks for both fields without counting, and takes endless passwords calmly', async () => {
    const portal = await openPortal()
    const browser = portal.browser()
    expect((await browser.post('/ingresar', {})).statusCode).toBe(422)
    expect((await browser.post('/ingresar', { usuario: STRANGER })).statusCode).toBe(422)
    const long = await signIn(browser, STRANGER, 'a'.repeat(900))
    expect(long.body).toContain('Te quedan 2')
    expect((await signIn(browser, STRANGER, 'a'.repeat(5_000))).statusCode).toBe(400)
    const doubled = await browser.post('/ingresar', {
      usuario: [STRANGER, MARIA.number],
      contrasena: 'x',
    })
    expect(doubled.statusCode).toBe(400)
  })
})
