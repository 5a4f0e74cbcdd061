import { expect, it } from 'vitest'
import type { SeenPage } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'
import { colleague, PASSWORD, typeIn } from './support.ts'

/** An error of the bank's own area: its name, its home, and no word of a customer's. */
function expectOwn(answer: SeenPage, status: number): void {
  expect([answer.statusCode, answer.body]).toEqual([
    status,
    expect.stringMatching(/<title>[^<]+ · Banco Ceibo interno<\/title>/),
  ])
  expect(answer.body).toContain('href="/interno">Ir al inicio')
  expect(answer.body).not.toMatch(/tus comprobantes|href="\/comprobantes/i)
}

it('speaks of no receipts to somebody of the bank who is lost, refused or let down', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'diego', 'loader')
  expectOwn(await browser.get('/interno/nada'), 404)
  expectOwn(await browser.get('/%69nterno/nada'), 404)
  expectOwn(await browser.post('/interno/nada'), 405)
  expectOwn(await browser.get('/interno/usuarios'), 403)
  expectOwn(
    await browser.post('/interno/perfil/sesiones', {}, { origin: 'https://x.example' }),
    403,
  )
  expectOwn(await portal.browser().post('/interno/nada'), 405)
  expectOwn(await portal.browser().get('/interno/ingresar?volver=%00'), 400)
  await portal.db.destroy()
  expectOwn(await browser.get('/interno'), 500)
})

it('says so too before anybody signs in, however often somebody tries', async () => {
  const portal = await openPortal()
  const stranger = portal.browser()
  let answer = await typeIn(stranger, 'nadie', PASSWORD)
  for (let at = 0; at < 15 && answer.statusCode !== 429; at += 1) {
    answer = await typeIn(stranger, 'nadie', PASSWORD)
  }
  expectOwn(answer, 429)
})

it('leaves to customers their own name and home', async () => {
  const portal = await openPortal()
  const { body } = await portal.browser().get('/internos')
  expect(body).toMatch(/<title>[^<]+ · Banco Ceibo<\/title>/)
  expect(body).toContain('href="/comprobantes">Ir a tus comprobantes')
})
