import Type from 'typebox'
import { expect, test } from 'vitest'
import {
  Conflict,
  Forbidden,
  NotFound,
  SignInRequired,
  TooManyRequests,
  Unavailable,
} from '#src/web/errors/errors.ts'
import { htmlProblems } from './html-problems.ts'
import { ORIGIN, openSite } from './support.ts'

const SECRET = 'SELECT secret FROM login'
const REFERENCE = /EC-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}/

test('says nothing of a surprise but a reference, which the log has with the whole error', async () => {
  const lines: string[] = []
  const logger = { level: 'info', stream: { write: (line: string) => void lines.push(line) } }
  const site = await openSite(
    (app) => {
      app.get('/falla', (_request, reply) => {
        reply.header('content-disposition', 'attachment')
        throw new Error(SECRET)
      })
      app.post('/falla', () => {
        throw new Error(SECRET)
      })
    },
    { logger },
  )
  const response = await site.inject('/falla?q=maria')
  expect(response.statusCode).toBe(500)
  expect(response.body).not.toContain('SELECT')
  expect(response.headers['content-disposition']).toBeUndefined()
  expect(response.body).toContain('Algo falló de nuestro lado')
  expect(await htmlProblems(response.body)).toEqual([])
  const reference = response.body.match(REFERENCE)?.[0]
  const logged = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId === reference)
  expect(logged.map(({ msg }) => msg)).toEqual(['surprise', 'request'])
  expect(logged[0].err.message).toBe(SECRET)
  expect(lines.join()).not.toContain('q=maria')

  const post = await site.inject({ method: 'POST', url: '/falla', headers: { origin: ORIGIN } })
  expect(post.body).toContain('revisa si tu cambio ya quedó guardado')
  expect(post.body).not.toContain('Intentar de nuevo')
})

test('survives anything that can be thrown', async () => {
  const site = await openSite((app) => {
    app.get('/texto', () => Promise.reject(SECRET))
    app.get('/nada', () => Promise.reject(undefined))
    app.get('/estado', () => Promise.reject(Object.assign(new Error(SECRET), { statusCode: 404 })))
  })
  for (const url of ['/texto', '/nada', '/estado']) {
    const response = await site.inject(url)
    expect(response.statusCode, url).toBe(500)
    expect(response.body, url).toMatch(REFERENCE)
    expect(response.body, url).not.toContain('SELECT')
  }
})

test('gives each refusal its own status and words', async () => {
  const site = await openSite((app) => {
    app.get('/403', () => Promise.reject(new Forbidden()))
    app.get('/404', () => Promise.reject(new NotFound({ title: 'No encontramos ese comprobante' })))
    app.get('/409', () => Promise.reject(new Conflict()))
    app.get('/429', () => Promise.reject(new TooManyRequests(120)))
    app.get('/503', () => Promise.reject(new Unavailable(5)))
  })
  const titles: Record<string, string> = {
    '/403': 'No tienes permiso para ver esto',
    '/404': 'No encontramos ese comprobante',
    '/409': 'Esto cambió mientras lo veías',
    '/429': 'espera 2 minutos',
    '/503': 'Espera 5 segundos',
  }
  for (const [url, words] of Object.entries(titles)) {
    const response = await site.inject(url)
    expect(response.statusCode).toBe(Number(url.slice(1)))
    expect(response.body).toContain(words)
    expect(response.body).toContain('Ir a tus comprobantes')
    expect(await htmlProblems(response.body)).toEqual([])
  }
  expect((await site.inject('/429')).headers['retry-after']).toBe('120')
})

test('leads to the sign-in page and back, and tells htmx in its own way', async () => {
  const site = await openSite((app) => {
    app.get('/comprobantes', () => Promise.reject(new SignInRequired({ expired: true })))
    app.post('/perfil', () => Promise.reject(new SignInRequired()))
    app.get('/jwt', () =>
      Promise.reject(Object.assign(new Error('x'), { code: 'FAST_JWT_INVALID_SIGNATURE' })),
    )
  })
  const page = await site.inject('/comprobantes?q=a&tipo=factura')
  expect(page.statusCode).toBe(303)
  const back = '/ingresar?volver=%2Fcomprobantes%3Fq%3Da%26tipo%3Dfactura&motivo=inactividad'
  expect(page.headers.location).toBe(back)
  const part = await site.inject({
    url: '/comprobantes?q=ab&tipo=factura',
    headers: {
      'hx-request': 'true',
      'hx-request-type': 'partial',
      'hx-current-url': 'http://localhost:80/comprobantes?q=a&tipo=factura',
    },
  })
  expect(part.statusCode).toBe(401)
  expect(part.headers['hx-redirect']).toBe(back)
  expect(part.body).toBe('')
  const post = await site.inject({ method: 'POST', url: '/perfil', headers: { origin: ORIGIN } })
  expect(post.headers.location).toBe('/ingresar')
  const forged = await site.inject('/jwt')
  expect(forged.statusCode).toBe(303)
  expect(forged.headers.location).toBe('/ingresar?volver=%2Fjwt')
})

test('answers htmx with a notice instead of a page', async () => {
  const site = await openSite((app) => {
    app.get('/404', () => Promise.reject(new NotFound()))
  })
  const response = await site.inject({ url: '/404', headers: { 'hx-request-type': 'partial' } })
  expect(response.statusCode).toBe(404)
  expect(response.body).toContain('<div class="aviso mal" role="alert">')
  expect(response.body).not.toContain('<html')
})

test('tells an unknown address from a known one used wrongly', async () => {
  const site = await openSite((app) => {
    app.get('/comprobantes/:clave.pdf', (_request, reply) => reply.send('pdf'))
    app.post('/salir', (_request, reply) => reply.send('ok'))
  })
  expect((await site.inject('/no-existe.css')).statusCode).toBe(404)
  expect((await site.inject('/%zz')).statusCode).toBe(400)
  const headers = { origin: ORIGIN }
  const wrong = await site.inject({ method: 'DELETE', url: '/comprobantes/1.pdf', headers })
  expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD'])
  expect((await site.inject('/salir')).statusCode).toBe(405)
})

test('says in Spanish what the framework refuses', async () => {
  const site = await openSite((app) => {
    const Body = Type.Object({ usuario: Type.String() }, { additionalProperties: false })
    const Params = Type.Object({ clave: Type.String({ pattern: '^\\d{49}$' }) })
    const List = Type.Object({ clave: Type.Optional(Type.Array(Type.String())) })
    app.post('/ingresar', { schema: { body: Body } }, (request) => request.body)
    app.post('/descarga', { schema: { body: List } }, (request) => request.body)
    app.get('/comprobantes/:clave', { schema: { params: Params } }, () => 'x')
  })
  const post = async (payload: string, type = 'application/x-www-form-urlencoded') =>
    await site.inject({
      method: 'POST',
      url: '/ingresar',
      payload,
      headers: { origin: ORIGIN, 'content-type': type },
    })
  expect((await post('usuario=maria&otro=1')).json()).toEqual({ usuario: 'maria' })
  expect((await post('usuario=a&usuario=b')).statusCode).toBe(400)
  expect((await post('')).statusCode).toBe(400)
  expect((await post('usuario=a', 'text/plain')).statusCode).toBe(415)
  expect((await post('{"usuario":"a"}', 'application/json')).statusCode).toBe(415)
  const large = await post(`usuario=${'a'.repeat(17_000)}`)
  expect(large.statusCode).toBe(413)
  expect(large.body).toContain('Lo que enviaste es demasiado grande')
  expect((await site.inject('/comprobantes/12')).statusCode).toBe(404)

  const many = async (payload: string) =>
    (
      await site.inject({
        method: 'POST',
        url: '/descarga',
        payload,
        headers: { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' },
      })
    ).json()
  expect(await many('clave=1')).toEqual({ clave: ['1'] })
  expect(await many('clave=1&clave=2')).toEqual({ clave: ['1', '2'] })
})
