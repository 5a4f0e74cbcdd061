import { describe, expect, it } from 'vitest'
import type { Answered } from '#src/sri/service/sri-service.ts'
import {
  answersFor,
  codesOf,
  decided,
  invoiceOf,
  postJson,
  simulatorForAll,
  startSimulator,
  stop,
} from './support.ts'

const world = simulatorForAll({ connectMs: 500, answerMs: 1_000 })

const send = (bytes: Uint8Array) => world.sri.client.send(bytes)
const outcome = (answered: Answered<{ state: string | null }>) =>
  answered.ok ? answered.answer.state : answered.failure.kind

/** Each fault, and what the client makes of it. */
const FAULTS: [name: string, kind: string, kept: boolean][] = [
  ['caida', 'cut', false],
  ['sinRespuesta', 'timeout', false],
  ['paginaHtml', 'not-xml', false],
  ['respuestaVacia', 'empty', false],
  ['fallaSoap', 'fault', false],
  ['respuestaPerdida', 'cut', true],
]

describe.each(FAULTS)('the fault «%s»', (name, kind, kept) => {
  it(`is ${kind} for as many requests as it was set for`, async () => {
    const one = invoiceOf()
    await world.sri.set({ [name]: 2, servicios: 'recepcion' })
    expect(outcome(await send(one.bytes))).toBe(kind)
    expect(await answersFor(world.sri, one.key)).toHaveLength(kept ? 1 : 0)
    expect(outcome(await send(one.bytes))).toBe(kind)
    expect(codesOf(await send(one.bytes))).toEqual(kept ? ['43'] : [])
    expect(await decided(world.sri, one.key)).toMatchObject([{ state: 'AUTORIZADO' }])
  })

  it('befalls every service until it is switched off', async () => {
    const { key, bytes } = invoiceOf()
    await world.sri.set({ [name]: 'siempre' })
    const { client } = world.sri
    const kinds = [
      await client.send(bytes),
      await client.authorization(key),
      await client.consult(key),
    ]
    expect(kinds).toMatchObject([{ ok: false }, { ok: false }, { ok: false }])
    for (const answered of kinds) expect(!answered.ok && answered.failure.kind).toBe(kind)
    await world.sri.set({ [name]: 0 })
    expect(await client.authorization(key)).toMatchObject({ ok: true })
  })
})

it('fails in the services that are named, and in no other', async () => {
  const { key, bytes } = invoiceOf()
  await world.sri.set({ fallaSoap: 'siempre', servicios: ['autorizacion'] })
  expect(await send(bytes)).toMatchObject({ ok: true })
  expect(await world.sri.client.authorization(key)).toMatchObject({ failure: { kind: 'fault' } })
  expect(await world.sri.client.consult(key)).toMatchObject({ ok: true })
})

it('draws faults by lot, in the same row for the same seed', async () => {
  const row = async (semilla: number) => {
    await world.sri.set({ fallasPorcentaje: 50, semilla, servicios: 'recepcion' })
    const kinds: (string | null)[] = []
    for (let times = 0; times < 16; times += 1) kinds.push(outcome(await send(Buffer.from('x'))))
    return kinds
  }
  const first = await row(7)
  expect(await row(7)).toEqual(first)
  expect(await row(8)).not.toEqual(first)
  const fine = first.filter((kind) => kind === 'DEVUELTA').length
  expect(fine).toBeGreaterThan(0)
  expect(fine).toBeLessThan(16)
})

it('knows nothing of a key for a while after RECIBIDA', async () => {
  const { key, bytes } = invoiceOf()
  await world.sri.set({ ceroMs: 3_600_000 })
  await send(bytes)
  expect(await answersFor(world.sri, key)).toEqual([])
  await world.sri.set({ ceroMs: 0 })
  expect(await answersFor(world.sri, key)).toMatchObject([{ state: 'AUTORIZADO' }])
})

it('answers twice, or against itself', async () => {
  const { key, bytes } = invoiceOf()
  await send(bytes)
  await world.sri.set({ duplicadas: true })
  const doubled = await world.sri.client.authorization(key)
  expect(doubled).toMatchObject({
    answer: { count: 2, authorizations: [{ state: 'AUTORIZADO' }, { state: 'AUTORIZADO' }] },
  })
  await world.sri.set({ duplicadas: false, contradictorias: 'sí' })
  expect(await answersFor(world.sri, key)).toMatchObject([
    { state: 'NO AUTORIZADO', number: null, messages: [{ identifier: '39' }] },
    { state: 'AUTORIZADO', number: key },
  ])
})

describe('switches are set from outside', () => {
  const url = (path: string) => `${world.sri.origin}${path}`

  it('and told as they can be set again', async () => {
    await world.sri.set({
      demoraMs: 250,
      rechazar: '39x3',
      caida: 'siempre',
      servicios: 'consulta',
    })
    const told = (await (await fetch(url('/conmutadores'))).json()) as Record<string, string>
    expect(told).toMatchObject({
      demoraMs: '250',
      rechazar: '39x3',
      caida: 'siempre',
      servicios: 'consulta',
      duplicadas: 'no',
    })
    const again = await world.sri.set(told)
    expect(await again.json()).toEqual(told)
  })

  it.each<Record<string, unknown>>([
    { demoraMs: -1 },
    { demoraMs: 'mañana' },
    { demoraMs: '' },
    { caida: 1.5 },
    { caida: 'a veces' },
    { fallasPorcentaje: 101 },
    { servicios: 'correo' },
    { servicios: 5 },
    { cerrados: '123' },
    { rechazar: '98' },
    { rechazar: 'constructor' },
    { duplicadas: 'quizá' },
    { nada: 1 },
    { toString: 1 },
  ])('but %j changes nothing, and neither does what stands beside it', async (wrong) => {
    const answer = await world.sri.set({ duplicadas: 'sí', ...wrong })
    expect(answer.status).toBe(422)
    const { problems } = (await answer.json()) as { problems: string[] }
    expect(problems).toEqual([expect.stringContaining(Object.keys(wrong)[0] ?? '')])
    expect(await (await fetch(url('/conmutadores'))).json()).toMatchObject({ duplicadas: 'no' })
  })

  it.each(['', '[]', 'null', '{'])('and %j is no object', async (body) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url('/conmutadores'), { method: 'POST', headers, body })
    expect(answer.status).toBe(400)
  })

  it('not by a page of somebody else that a browser has open', async () => {
    for (const path of ['/conmutadores', '/anulaciones']) {
      const answer = await fetch(url(path), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'cross-site',
        },
        body: 'caida=siempre',
      })
      expect(answer.status).toBe(403)
    }
    expect(await (await fetch(url('/conmutadores'))).json()).toMatchObject({ caida: '0' })
    const plain = await fetch(url('/conmutadores'), { method: 'POST', body: '{"caida":"siempre"}' })
    expect(plain.status).toBe(400)
  })

  it('not with more than any request has', async () => {
    const answer = await postJson(url('/conmutadores'), { cerrados: 'x'.repeat(2_000_000) }).catch(
      () => null,
    )
    expect(answer?.status ?? 400).toBe(400)
  })

  it('when it starts', async () => {
    const args = ['--switch', 'fallaSoap=1', '--switch', 'demoraMs=3600000']
    const sri = await startSimulator(args)
    try {
      const { key, bytes } = invoiceOf()
      expect(outcome(await sri.client.send(bytes))).toBe('fault')
      expect(outcome(await sri.client.send(bytes))).toBe('RECIBIDA')
      expect(await answersFor(sri, key)).toMatchObject([{ state: 'EN PROCESAMIENTO' }])
    } finally {
      await stop(sri)
    }
  })
})
