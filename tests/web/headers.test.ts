import { expect, test } from 'vitest'
import { NotFound } from '#src/web/errors/errors.ts'
import { cookiesFor } from '#src/web/safety/cookies.ts'
import { openSite, views } from './support.ts'

test('puts the security headers on every answer, whatever it is', async () => {
  const { assets } = await views()
  const site = await openSite((app) => {
    app.get('/', (_request, reply) => reply.send('hola'))
    app.get('/redirige', (_request, reply) => reply.redirect('/', 303))
    app.get('/404', () => Promise.reject(new NotFound()))
    app.get('/500', () => Promise.reject(new Error('x')))
  })
  const addresses = ['/', '/redirige', '/404', '/500', '/nada', '/healthz', assets.asset('app.css')]
  for (const url of [...addresses, '/metrics', '/readyz']) {
    const { headers } = await site.inject(url)
    const policy = String(headers['content-security-policy'])
    expect(policy, url).toContain("default-src 'none'")
    expect(policy, url).toContain("frame-ancestors 'none'")
    expect(policy, url).not.toMatch(/unsafe|data:|\*|http/)
    expect(headers, url).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['permissions-policy'], url).toContain('camera=()')
    expect(headers['x-powered-by'], url).toBeUndefined()
    expect(headers['access-control-allow-origin'], url).toBeUndefined()
    expect(headers['strict-transport-security'], url).toBeUndefined()
    if (!url.startsWith('/assets/')) expect(headers['cache-control'], url).toBe('no-store')
  }
})

test('asks for https only where the portal is reached by it', async () => {
  const site = await openSite((app) => app.get('/', (_request, reply) => reply.send('hola')), {
    publicUrl: 'https://portal.bancoceibo.example',
  })
  const { headers } = await site.inject({
    url: '/',
    headers: { host: 'portal.bancoceibo.example' },
  })
  expect(headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains')
})

test.each([
  ['http://localhost:3000', 'sesion', false],
  ['http://127.0.0.1:3000', 'sesion', false],
  ['http://[::1]:3000', 'sesion', false],
  ['https://localhost:3000', '__Host-sesion', true],
  ['https://portal.bancoceibo.example', '__Host-sesion', true],
  ['http://portal.bancoceibo.example', '__Host-sesion', true],
  ['http://localhost.evil.example', '__Host-sesion', true],
  ['http://127.evil.example', '__Host-sesion', true],
])('names the cookies of %s', (address, name, secure) => {
  const cookies = cookiesFor(new URL(address))
  expect(cookies.name('sesion')).toBe(name)
  expect(cookies.options).toEqual({ path: '/', httpOnly: true, sameSite: 'strict', secure })
})
