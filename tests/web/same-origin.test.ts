import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { ORIGIN, openSite } from './support.ts'

function openWritable() {
  return openSite((app) => {
    app.get('/', (_request, reply) => reply.send('leído'))
    app.post('/', (_request, reply) => reply.send('escrito'))
    app.put('/', (_request, reply) => reply.send('escrito'))
    app.delete('/', (_request, reply) => reply.send('escrito'))
  })
}

const CASES: [Record<string, string>, number][] = [
  [{ origin: ORIGIN }, 200],
  [{ origin: 'http://127.0.0.1:3000' }, 200],
  [{ 'sec-fetch-site': 'same-origin' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
  [{ origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, 200],
  [{}, 403],
  [{ referer: ORIGIN }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'https://localhost:80' }, 403],
  [{ origin: 'http://localhost:81' }, 403],
  [{ origin: 'http://localhost:80.evil.example' }, 403],
  [{ origin: `${ORIGIN}, http://evil.example` }, 403],
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: ORIGIN, 'sec-fetch-site': 'cross-site' }, 403],
  [{ origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }, 403],
]

test.each(CASES)('a write with %o is answered %i', async (headers, status) => {
  const site = await openWritable()
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    const response = await site.inject({ method, url: '/', headers })
    expect(response.statusCode, method).toBe(status)
    if (status === 200) continue
    expect(response.body).toContain('Por tu seguridad no hicimos nada')
    // The whole page, with the bank and its help line: the bare one is for broken templates.
    expect(response.body).toContain('<header class="cabecera">')
    expect(response.body).toContain('1700 000 000')
  }
})

test('reads from anywhere', async () => {
  const site = await openWritable()
  const headers = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
  expect((await site.inject({ url: '/', headers })).statusCode).toBe(200)
})

test('refuses a write to an address that does not exist as well', async () => {
  const site = await openWritable()
  expect((await site.inject({ method: 'POST', url: '/otra' })).statusCode).toBe(403)
})

test('answers only under its own names', async () => {
  const site = await openWritable()
  for (const host of ['evil.example', 'localhost:81', 'localhost:80.evil.example']) {
    const response = await site.inject({ url: '/', headers: { host } })
    expect(response.statusCode, host).toBe(421)
    expect(response.body).not.toContain('evil')
  }
  // Probes come by address.
  expect((await site.inject({ url: '/healthz', headers: { host: '10.0.0.7' } })).statusCode).toBe(
    200,
  )
})

test('refuses two hosts, and a whole address where a path belongs', async () => {
  const site = await openWritable()
  await site.listen({ port: 0, host: '127.0.0.1' })
  const { port } = site.server.address() as AddressInfo
  const ask = (request: string) => statusOf(port, request)
  expect(await ask('GET / HTTP/1.1\r\nHost: localhost:80\r\n')).toBe(200)
  expect(await ask('GET / HTTP/1.1\r\nHost: localhost:80\r\nHost: evil.example\r\n')).toBe(400)
  expect(await ask('GET http://localhost:80/ HTTP/1.1\r\nHost: localhost:80\r\n')).toBe(400)
  expect(await ask('GET / HTTP/1.1\r\nHost : localhost:80\r\n')).toBe(400)
  expect(await ask(`GET / HTTP/1.1\r\nHost: localhost:80\r\nX: ${'a'.repeat(9_000)}\r\n`)).toBe(431)
  expect(await ask('GET / HTTP/1.0\r\n')).toBe(421)
  expect(await ask('no es HTTP\r\n')).toBe(400)
})

/** The status of what a real socket is answered; the request is given without its last empty line. */
async function statusOf(port: number, request: string): Promise<number> {
  const socket = connect(port, '127.0.0.1')
  socket.end(`${request}Connection: close\r\n\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}
