import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { work } from '../package-support.ts'
import { bill, keyOf, openFirm } from './support.ts'

type Paths = Record<string, Record<string, { responses: Record<string, unknown> }>>

it('describes itself as OpenAPI 3.1, which somebody else’s validator takes', async () => {
  const { portal } = await openFirm()
  const headers = { host: '127.0.0.1:3000' }
  const { body } = await portal.app.inject({ url: '/api/v1/openapi.json', headers })
  const validator = new Validator()
  const result = await validator.validate(JSON.parse(body))
  expect(result).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

it('answers a firm’s program in every way that it describes, and in no other', async () => {
  const { portal, program } = await openFirm()
  const ours = await program()
  const headers = { host: '127.0.0.1:3000' }
  const described: Paths = (
    await portal.app.inject({ url: '/api/v1/openapi.json', headers })
  ).json().paths
  await load(portal, [bill(6, maria)])
  const key = keyOf(bill(6, maria))
  const met = new Set<string>()
  const call = async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    route: string,
    path = route,
    options: { body?: object; headers?: Record<string, string> } = {},
  ) => {
    let answer = await ours.call(method, path, options)
    // Too busy to draw a PDF, it says; then one asks again.
    while (answer.statusCode === 503) answer = await ours.call(method, path, options)
    const { statusCode } = answer
    const status = statusCode >= 400 ? `${String(statusCode)[0]}XX` : String(statusCode)
    met.add(`${method} ${route} ${status}`)
    if (statusCode >= 400) {
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(answer.json()).toMatchObject({ status: statusCode, title: expect.any(String) })
    }
    return answer
  }
  for (const route of ['/limites', '/empresas', '/eventos', '/webhooks', '/comprobantes']) {
    await call('GET', route)
  }
  const one = '/comprobantes/{clave}'
  const nobody = keyOf(bill(9, maria))
  for (const ending of ['', '.xml', '.pdf']) {
    const { headers: got } = await call('GET', one + ending, `/comprobantes/${key}${ending}`)
    await call('GET', one + ending, `/comprobantes/${nobody}${ending}`)
    if (ending === '') continue
    const known = { headers: { 'if-none-match': String(got['etag']) } }
    await call('GET', one + ending, `/comprobantes/${key}${ending}`, known)
  }
  await call('GET', '/comprobantes', '/comprobantes?desde=ayer')
  const { siguiente } = (await call('GET', '/eventos')).json()
  await call('GET', '/eventos', '/eventos?desde=1-zzz')
  const cursor = '/eventos/cursor'
  await call('PUT', cursor, cursor, { body: { cursor: siguiente } })
  await call('PUT', cursor, cursor, { body: { cursor: 'x' } })
  const url = 'http://127.0.0.1:1/'
  const { id } = (await call('POST', '/webhooks', '/webhooks', { body: { url } })).json()
  await call('POST', '/webhooks', '/webhooks', { body: { url: 'x' } })
  for (const [deed, body] of [
    ['prueba', undefined],
    ['repeticion', {}],
  ] as const) {
    const options = body ? { body } : {}
    await call('POST', `/webhooks/{id}/${deed}`, `/webhooks/${id}/${deed}`, options)
    await call('POST', `/webhooks/{id}/${deed}`, `/webhooks/999/${deed}`, options)
  }
  await call('DELETE', '/webhooks/{id}', `/webhooks/${id}`)
  await call('DELETE', '/webhooks/{id}', `/webhooks/${id}`)
  const packages = '/descargas'
  const asked = await call('POST', packages, packages, { body: { formato: 'xml' } })
  const address = String(asked.headers['location']).replace('/api/v1', '')
  await call('POST', packages, packages, { body: { tipo: ['zzz'] } })
  await call('GET', packages)
  await call('GET', packages, `${packages}?antes=0`)
  await call('GET', `${packages}/{id}`, address)
  await call('GET', `${packages}/{id}`, `${packages}/999`)
  await work(portal)
  const part = `${packages}/{id}/partes/{parte}.zip`
  const { headers: given } = await call('GET', part, `${address}/partes/1.zip`)
  for (const headers of [
    { range: 'bytes=0-9' },
    { range: 'bytes=999999999-' },
    { 'if-none-match': String(given['etag']) },
  ] as Record<string, string>[]) {
    await call('GET', part, `${address}/partes/1.zip`, { headers })
  }
  const end = `${packages}/{id}/cancelacion`
  await call('POST', end, `${address}/cancelacion`)
  const second = await call('POST', packages, packages, { body: { tipo: ['factura'] } })
  await call('POST', end, `${packages}/${second.json().id}/cancelacion`)
  // What every route answers to who has no key, these too.
  const gone = portal.clock.now().toISOString()
  await portal.db.updateTable('api_key').set({ revoked_at: gone }).execute()
  for (const route of ['/limites', '/empresas', '/webhooks']) await call('GET', route)
  const documented = Object.entries(described)
    .filter(([path]) => !/emisiones|\/clave$/.test(path))
    .flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses).map(
          (status) => `${method.toUpperCase()} ${path.replace('/api/v1', '')} ${status}`,
        ),
      ),
    )
  expect([...met].sort()).toEqual(documented.sort())
})

it('is a page that people can read', async () => {
  const { portal } = await openFirm()
  const page = await portal.browser().get('/api')
  expect(page.statusCode).toBe(200)
  expect(page.body).toContain('GET /api/v1/comprobantes/{clave}')
  expect(page.body).toContain('Ninguno aparece nunca detrás de un «siguiente» ya entregado')
})
