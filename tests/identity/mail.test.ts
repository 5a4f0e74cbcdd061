import { expect, it } from 'vitest'
import type { TestPortal } from '#tests/support/portal.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { addPerson, lastCode, lastLink, lastMail, MARIA, signIn } from './support.ts'

const ELSEWHERE = { address: '198.51.100.20' }
const NEXT = 'Una frase de otra tarde'

/** A life in which every mail of this room is sent. */
async function liveThrough(portal: TestPortal, person = MARIA): Promise<void> {
  await addPerson(portal, person, 'antiguo@correo.example')
  const home = portal.browser()
  await signIn(home, person.number, person.number)
  const codigo = await lastCode(portal, 'first-code')
  await home.post('/primer-ingreso', { nueva: person.password, correo: person.email, codigo })
  await home.post('/codigo', { codigo: await lastCode(portal, 'email-code') })
  for (let at = 0; at < 3; at += 1) {
    await signIn(portal.browser(ELSEWHERE), person.number, 'No es esta')
  }
  await portal.browser().post(await lastLink(portal, 'unlock'))
  await home.post('/recuperar', { usuario: person.number })
  await signIn(portal.browser(ELSEWHERE), person.number, person.password)
  await home.post('/perfil/contrasena', { actual: person.password, nueva: NEXT })
  await home.post('/perfil/correo', { correo: 'nuevo@correo.example', contrasena: NEXT })
  await home.post('/perfil/correo/codigo', { codigo: await lastCode(portal, 'email-code') })
  await signIn(portal.browser(), person.number, person.number)
}

it('writes every mail with the same words in HTML and in text, urgent, to one address', async () => {
  const portal = await openPortal()
  await liveThrough(portal)
  const mails = await portal.inbox()
  expect(new Set(mails.map(({ reason }) => reason))).toEqual(
    new Set([
      'first-code',
      'email-code',
      'first-login-warning',
      'unlock',
      'initial-password',
      'new-device',
      'password-changed',
      'email-changed',
      'access-reminder',
    ]),
  )
  for (const { html, text, subject, to } of mails) {
    expect(text).toContain('Hola, María José Paredes:')
    // A mail that carries a code cannot say that none is asked for.
    const warning = /Código temporal|Contraseña inicial:/.test(text)
      ? /Nunca te pediremos est[ea] (código|contraseña) por llamada, mensaje o WhatsApp\./
      : /Este correo no te pide contraseñas ni códigos\./
    expect(text).toMatch(warning)
    expect(html).toMatch(warning)
    expect(html).toContain('Hola, María José Paredes:')
    expect(subject.length).toBeLessThan(60)
    expect(to).toMatch(/^[a-z.]+@correo\.example$/)
    expect(`${html}${text}`).not.toMatch(/undefined|\[object|null/)
  }
  const rows = await portal.db.selectFrom('mail').select(['urgent', 'payload']).execute()
  expect(rows.every(({ urgent }) => urgent === 1)).toBe(true)
})

it('shows a code in the body only, and stores none that can be read', async () => {
  const portal = await openPortal()
  await liveThrough(portal)
  for (const reason of ['first-code', 'email-code']) {
    const code = await lastCode(portal, reason)
    const { subject, html } = await lastMail(portal, reason)
    expect(subject).not.toContain(code)
    expect(html.slice(0, html.indexOf('<h1'))).not.toContain(code)
    const dump = JSON.stringify([
      await portal.db.selectFrom('mail').selectAll().execute(),
      await portal.db.selectFrom('one_time_code').selectAll().execute(),
      await portal.db.selectFrom('session').selectAll().execute(),
    ])
    expect(dump).not.toContain(code)
  }
})

it('leads nowhere but to the pages that need no password', async () => {
  const portal = await openPortal()
  await liveThrough(portal)
  for (const { html, reason } of await portal.inbox()) {
    const links = [...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href)
    for (const link of links) {
      expect([reason, link]).toEqual([
        reason,
        expect.stringMatching(
          new RegExp(`^${ORIGIN}/((desbloquear|no-fui-yo)/[\\w-]{32}|recuperar)$`),
        ),
      ])
    }
    expect(links.length).toBe(/code|initial/.test(reason) ? 0 : 1)
  }
})

it('keeps a strange name from becoming markup or another header', async () => {
  const portal = await openPortal()
  await liveThrough(portal, { ...MARIA, name: '<b>Ana</b> "x"\r\nBcc: c@evil.example' })
  for (const { html, subject, to } of await portal.inbox()) {
    expect(html).not.toContain('<b>Ana')
    expect(`${subject}${to}`).not.toMatch(/[\r\n]|evil/)
  }
  const rows = await portal.db.selectFrom('mail').select('to_name').execute()
  for (const { to_name } of rows) expect(to_name).not.toMatch(/[\r\n]/)
})

it('writes lock, unlock, recovery and freeze to the chain', async () => {
  const portal = await openPortal()
  await liveThrough(portal)
  await portal.browser().post(await lastLink(portal, 'email-changed'))
  const rows = await portal.db.selectFrom('audit').select('action').execute()
  const actions = rows.map(({ action }) => action)
  for (const action of [
    'login.locked',
    'login.unlocked',
    'recovery.asked',
    'login.signed-in',
    'login.frozen',
  ]) {
    expect(actions).toContain(action)
  }
})
