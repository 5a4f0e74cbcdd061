import { describe, expect, it } from 'vitest'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import {
  addPerson,
  comparable,
  firstLogin,
  lastMail,
  MARIA,
  PEDRO,
  STRANGER,
  signIn,
  signUp,
} from './support.ts'

const NEXT = 'Una frase de otra tarde'

async function initialPassword(portal: TestPortal): Promise<string> {
  const { text } = await lastMail(portal, 'initial-password')
  return /Contraseña inicial: (\S+)/.exec(text)?.[1] ?? ''
}

describe('a forgotten password', () => {
  it('is answered by a single-use initial password that leads to a new one', async () => {
    const portal = await openPortal()
    const home = await signUp(portal)
    const browser = portal.browser({ address: '198.51.100.1' })
    const asked = await browser.post('/recuperar', { usuario: MARIA.number })
    expect([asked.statusCode, asked.headers.location]).toEqual([303, '/recuperar/enviado'])
    expect((await browser.get('/recuperar/enviado')).body).toContain(
      'Si los datos están registrados',
    )
    const mail = await lastMail(portal, 'initial-password')
    const initial = await initialPassword(portal)
    expect(initial).toMatch(/^[A-Z2-9]{12}$/)
    expect(`${mail.subject} ${mail.html.split('</h1>')[0]}`).not.toContain(initial)

    const old = await signIn(
      portal.browser({ address: '198.51.100.2' }),
      MARIA.number,
      MARIA.password,
    )
    expect(old.headers.location).toBe('/comprobantes')

    const entered = await signIn(browser, MARIA.number, ` ${initial.toLowerCase()}`)
    expect(entered.headers.location).toBe('/primer-ingreso')
    expect((await browser.get('/comprobantes')).statusCode).toBe(303)
    expect((await home.get('/perfil')).statusCode).toBe(303)
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).statusCode).toBe(422)
    expect((await signIn(portal.browser(), MARIA.number, initial)).statusCode).toBe(422)
    expect((await lastMail(portal, 'password-changed')).text).toContain('contraseña inicial')

    expect((await browser.get('/primer-ingreso')).body).toContain('Crea tu nueva contraseña')
    const weak = await browser.post('/primer-ingreso', { nueva: 'Paredes de la casa' })
    expect(weak.statusCode).toBe(422)
    const done = await browser.post('/primer-ingreso', { nueva: NEXT })
    expect([done.statusCode, done.headers.location]).toEqual([303, '/comprobantes'])
    expect((await browser.get('/perfil')).body).toContain('Guardamos tu nueva contraseña.')
    expect(
      (await signIn(portal.browser({ address: '192.0.2.1' }), MARIA.number, NEXT)).statusCode,
    ).toBe(303)
  })

  it('is answered the same for every name', async () => {
    const portal = await openPortal()
    await signUp(portal)
    await addPerson(portal, PEDRO)
    const answers = []
    for (const usuario of [MARIA.number, STRANGER, PEDRO.number, 'no es nada de nada!', '\u200b']) {
      const asked = await portal.browser().post('/recuperar', { usuario })
      answers.push([
        asked.statusCode,
        asked.headers.location,
        asked.body,
        Object.keys(asked.headers),
      ])
    }
    for (const answer of answers.slice(1)) expect(answer).toEqual(answers[0])
    const sent = (await portal.inbox()).filter(({ reason }) => reason === 'initial-password')
    expect(sent.map(({ to }) => to)).toEqual([MARIA.email])
  })

  it('helps somebody who has locked themselves out', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const browser = portal.browser({ address: '198.51.100.1' })
    for (let at = 0; at < 4; at += 1) await signIn(browser, MARIA.number, 'No es esta')
    await browser.post('/recuperar', { usuario: MARIA.number })
    await signIn(browser, MARIA.number, await initialPassword(portal))
    await browser.post('/primer-ingreso', { nueva: NEXT })
    expect((await browser.get('/perfil')).statusCode).toBe(200)
  })

  it('ends the former initial password, and each after 24 hours', async () => {
    const portal = await openPortal()
    await signUp(portal)
    await portal.browser().post('/recuperar', { usuario: MARIA.number })
    const first = await initialPassword(portal)
    await portal.browser().post('/recuperar', { usuario: MARIA.number })
    const second = await initialPassword(portal)
    expect((await signIn(portal.browser(), MARIA.number, first)).statusCode).toBe(422)
    portal.clock.advance({ hours: 24 })
    expect((await signIn(portal.browser(), MARIA.number, second)).statusCode).toBe(422)
    expect((await signIn(portal.browser(), MARIA.number, MARIA.password)).statusCode).toBe(303)
  })

  it('mails three an hour and ten a day at most', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const sent = async () =>
      (await portal.inbox()).filter(({ reason }) => reason === 'initial-password').length
    const counts = []
    for (let hour = 0; hour < 5; hour += 1) {
      for (let at = 0; at < 4; at += 1) {
        const browser = portal.browser({ address: `198.51.${hour}${at}.1` })
        expect((await browser.post('/recuperar', { usuario: MARIA.number })).statusCode).toBe(303)
      }
      counts.push(await sent())
      portal.clock.advance({ hours: 1 })
    }
    expect(counts).toEqual([3, 6, 9, 10, 10])
  })

  it('is used by one of two browsers that try at once', async () => {
    const portal = await openPortal()
    await signUp(portal)
    await portal.browser().post('/recuperar', { usuario: MARIA.number })
    const initial = await initialPassword(portal)
    const tries = [1, 2, 3].map((at) =>
      signIn(portal.browser({ address: `198.51.${at}.1` }), MARIA.number, initial),
    )
    const answers = await Promise.all(tries)
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([303, 422, 422])
  })

  it('leaves a first login open for somebody who has none yet', async () => {
    const portal = await openPortal()
    await addPerson(portal, MARIA)
    await portal.browser().post('/recuperar', { usuario: MARIA.number })
    expect(await portal.inbox()).toEqual([])
    expect((await firstLogin(portal, portal.browser(), MARIA)).headers.location).toBe(
      '/comprobantes',
    )
  })

  it('builds no link out of what a request says of its host', async () => {
    const portal = await openPortal()
    await signUp(portal)
    const browser = portal.browser()
    await browser.post(
      '/recuperar',
      { usuario: MARIA.number },
      { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    )
    for (const mail of await portal.inbox())
      expect(mail.html + mail.text).not.toContain('evil.example')
    const strange = await browser.post(
      '/recuperar',
      { usuario: MARIA.number },
      { host: 'evil.example' },
    )
    expect(strange.statusCode).toBe(421)
  })

  it('shows its page the same with an empty name', async () => {
    const portal = await openPortal()
    const answer = await portal.browser().post('/recuperar', { usuario: ' ' })
    expect(answer.statusCode).toBe(422)
    expect(comparable(answer)).toContain('Escribe tu cédula')
  })
})
