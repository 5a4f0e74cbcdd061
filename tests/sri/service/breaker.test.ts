import { expect, it } from 'vitest'
import { authorizations, clientOf, handClock, RECEIVED, serveHttp } from './support.ts'

const KEY = '1609202601176001321000110010010009404212344783611'
const DOCUMENT = Buffer.from('<factura/>')
const LIMITS = { failuresMax: 3, pauseMs: 60_000 }

const OPEN = { ok: false, failure: { kind: 'circuit-open' } }
const DOWN = { ok: false, failure: { kind: 'http' } }
const FINE = { ok: true }

/** A server that is up or down as told, and its client. */
async function world() {
  const state = { up: false }
  const clock = handClock()
  const server = await serveHttp((response, { url }) => {
    const body = url.includes('Recepcion') ? RECEIVED : authorizations(KEY, '')
    response.writeHead(state.up ? 200 : 503).end(state.up ? body : '')
  })
  return { state, clock, server, client: clientOf(server.origin, LIMITS, clock.now) }
}

it('leaves a service alone after so many failures in a row', async () => {
  const { client, server, clock } = await world()
  for (let times = 0; times < 3; times += 1) {
    expect(await client.send(DOCUMENT)).toMatchObject(DOWN)
  }
  expect(await client.send(DOCUMENT)).toMatchObject(OPEN)
  clock.pass(59_999)
  expect(await client.send(DOCUMENT)).toMatchObject(OPEN)
  expect(server.asked).toHaveLength(3)
})

it('asks once when the pause is over, and the outcome decides', async () => {
  const { client, server, clock, state } = await world()
  for (let times = 0; times < 3; times += 1) await client.send(DOCUMENT)
  clock.pass(60_000)
  expect(await client.send(DOCUMENT)).toMatchObject(DOWN)
  expect(await client.send(DOCUMENT)).toMatchObject(OPEN)
  state.up = true
  clock.pass(60_000)
  const both = await Promise.all([client.send(DOCUMENT), client.send(DOCUMENT)])
  expect(both).toMatchObject([FINE, OPEN])
  expect(await client.send(DOCUMENT)).toMatchObject(FINE)
  expect(server.asked).toHaveLength(6)
})

it('forgets failures that an answer has come between', async () => {
  const { client, state } = await world()
  for (const up of [false, false, true, false, false, true]) {
    state.up = up
    expect(await client.send(DOCUMENT)).toMatchObject(up ? FINE : DOWN)
  }
})

it('keeps the services apart', async () => {
  const { client, state } = await world()
  for (let times = 0; times < 4; times += 1) await client.send(DOCUMENT)
  state.up = true
  expect(await client.send(DOCUMENT)).toMatchObject(OPEN)
  expect(await client.authorization(KEY)).toMatchObject(FINE)
})

it('counts those under way when it opened as one failure', async () => {
  const { client, clock } = await world()
  await Promise.all(Array.from({ length: 10 }, () => client.send(DOCUMENT)))
  clock.pass(60_000)
  expect(await client.send(DOCUMENT)).toMatchObject(DOWN)
})
