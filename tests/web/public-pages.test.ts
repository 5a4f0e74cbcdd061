import { expect, test } from 'vitest'
import { publicPages } from '#src/web/pages/public-pages.ts'
import { htmlProblems } from './html-problems.ts'
import { brand, ORIGIN, openSite } from './support.ts'

function openPublic() {
  return openSite(
    (app) => void app.register(publicPages, { policy: { brand }, config: { publicUrl: ORIGIN } }),
  )
}

test.each([
  ['/ayuda', 'Ayuda'],
  ['/seguridad', 'Seguridad'],
  ['/privacidad', 'Privacidad'],
])('%s is there for everybody, in good HTML and with one voice', async (url, title) => {
  const site = await openPublic()
  const { statusCode, body } = await site.inject(url)
  expect(statusCode).toBe(200)
  expect(body).toContain(`<title>${title} · Banco Ceibo</title>`)
  expect(await htmlProblems(body)).toEqual([])
  expect(body).not.toMatch(/\busted\b|\bingrese\b|exitosamente|estimado|clic aquí/i)
})

test('leads to a topic of the help page, and to no other place', async () => {
  const site = await openPublic()
  expect((await site.inject('/ayuda/comprobantes')).headers.location).toBe('/ayuda#comprobantes')
  expect((await site.inject('/ayuda/otra')).statusCode).toBe(404)
})
