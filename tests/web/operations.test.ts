import { expect, test } from 'vitest'
import { openSite } from './support.ts'

const TOKEN = 'una-palabra-larga-y-secreta'

test('is healthy while it answers, and ready while its checks pass', async () => {
  let database = true
  const site = await openSite(() => {}, {
    checks: { database: () => database, migrations: async () => true },
  })
  expect((await site.inject('/healthz')).body).toBe('ok\n')
  const ready = await site.inject('/readyz')
  expect(ready.statusCode).toBe(200)
  expect(ready.json()).toEqual({ ready: true, database: 'ok', migrations: 'ok' })
  database = false
  expect((await site.inject('/readyz')).statusCode).toBe(503)
  expect((await site.inject('/healthz')).statusCode).toBe(200)
})

test('is not ready when a check throws, and does not say why', async () => {
  const site = await openSite(() => {}, {
    checks: { database: () => Promise.reject(new Error('password')) },
  })
  const { statusCode, body } = await site.inject('/readyz')
  expect([statusCode, JSON.parse(body)]).toEqual([503, { ready: false, database: 'failed' }])
})

test('counts answers by route, never by address', async () => {
  const site = await openSite((app) => {
    app.get('/comprobantes/:clave', (_request, reply) => reply.send('x'))
  })
  await site.inject('/comprobantes/de-maria')
  await site.inject('/no-existe')
  const { body, headers } = await site.inject('/metrics')
  expect(headers['content-type']).toContain('text/plain')
  expect(body).toMatch(/_count\{method="GET",route="\/comprobantes\/:clave",status="200"\} 1/)
  expect(body).toMatch(/_count\{method="GET",route="none",status="404"\} 1/)
  expect(body).not.toContain('de-maria')
})

test.each([
  ['this machine', '127.0.0.1', {}, 200],
  ['this machine for somebody else', '127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, 404],
  ['elsewhere', '192.0.2.1', {}, 404],
  ['elsewhere with the token', '192.0.2.1', { authorization: `Bearer ${TOKEN}` }, 200],
  ['elsewhere with another', '192.0.2.1', { authorization: 'Bearer otra' }, 404],
])('lets %s read the metrics or not', async (_who, remoteAddress, headers, status) => {
  const site = await openSite(() => {}, { metricsToken: TOKEN })
  const response = await site.inject({ url: '/metrics', remoteAddress, headers })
  expect(response.statusCode).toBe(status)
})
