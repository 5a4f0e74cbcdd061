import { describe, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { creditNote } from '#fixtures/receipts/notes.ts'
import { services } from '#fixtures/receipts/services.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import { addDays, firstOfMonth } from '#src/values/day.ts'
import type { Sendable } from './support.ts'
import {
  answersFor,
  draft,
  invoiceOf,
  postJson,
  signed,
  simulatorForAll,
  today,
} from './support.ts'

const world = simulatorForAll()

async function authorized(one: Sendable): Promise<string> {
  await world.sri.client.send(one.bytes)
  expect(await answersFor(world.sri, one.key)).toMatchObject([{ state: 'AUTORIZADO' }])
  return one.key
}

const annul = (claveAcceso: string) => postJson(`${world.sri.origin}/anulaciones`, { claveAcceso })
const consulted = async (key: string) => {
  const answered = await world.sri.client.consult(key)
  if (!answered.ok) throw new Error(answered.failure.detail)
  return answered.answer
}

const note = () => {
  const changed = { number: '001-002-000000001', day: today }
  return signed(creditNote(draft(), maria, changed, 'Cobro de más', [services.transfer]))
}

describe('the query service', () => {
  it('knows what was authorised, and what was not', async () => {
    const key = await authorized(invoiceOf())
    expect(await consulted(key)).toEqual({
      accessKey: key,
      state: 'AUTORIZADO',
      refused: false,
      messages: [],
    })
    await world.sri.set({ rechazar: '39' })
    const other = invoiceOf()
    await world.sri.client.send(other.bytes)
    expect(await consulted(other.key)).toMatchObject({ state: 'NO AUTORIZADO', refused: false })
  })

  it.each([
    ['a key that was never sent', () => invoiceOf().key, /No existen datos/],
    ['no key', () => '123', /formato/],
    ['an empty one', () => '', /formato/],
    [
      'a day before last month',
      () => invoiceOf({ day: addDays(firstOfMonth(today, -1), -1) }).key,
      /rango/,
    ],
  ])('refuses %s with 99', async (_what, key, says) => {
    expect(await consulted(key())).toMatchObject({
      state: null,
      refused: true,
      messages: [{ identifier: '99', additional: expect.stringMatching(says) }],
    })
  })

  it('knows nothing of what is still being decided', async () => {
    await world.sri.set({ demoraMs: 3_600_000 })
    const { key, bytes } = invoiceOf()
    await world.sri.client.send(bytes)
    expect(await consulted(key)).toMatchObject({ refused: true })
  })
})

describe('an annulment', () => {
  it('of an invoice is done at once, and only the query service tells', async () => {
    const key = await authorized(invoiceOf())
    expect(await (await annul(key)).json()).toEqual({ estado: 'ANULADO' })
    expect(await consulted(key)).toMatchObject({ state: 'ANULADO', refused: false })
    expect(await answersFor(world.sri, key)).toMatchObject([{ state: 'AUTORIZADO' }])
  })

  it.each([
    ['a credit note', note],
    ['a withholding', () => signed(interestWithholding(draft(), maria, 10_000))],
  ])('of %s waits for the other side', async (_what, make) => {
    await world.sri.set({ demoraAnulacionMs: 3_600_000 })
    const waiting = await authorized(make())
    expect(await (await annul(waiting)).json()).toEqual({ estado: 'PENDIENTE DE ANULAR' })
    expect(await consulted(waiting)).toMatchObject({ state: 'PENDIENTE DE ANULAR', refused: false })
    await world.sri.set({ demoraAnulacionMs: 50 })
    const agreed = await authorized(make())
    await annul(agreed)
    await expect.poll(async () => (await consulted(agreed)).state).toBe('ANULADO')
    expect(await consulted(waiting)).toMatchObject({ state: 'PENDIENTE DE ANULAR' })
  })

  const nobody = () =>
    invoiceOf({}, ({ infoFactura }) => {
      Object.assign(infoFactura ?? {}, {
        tipoIdentificacionComprador: '07',
        identificacionComprador: '9999999999999',
        razonSocialComprador: 'CONSUMIDOR FINAL',
      })
    })
  const late = () => invoiceOf({ day: addDays(today, -75) })

  it.each([
    ['of nothing', async () => invoiceOf().key, /No hay/],
    ['of no key', async () => 'x', /No hay/],
    ['of what nobody is named in', async () => authorized(nobody()), /consumidor final/],
    ['after the seventh of the next month', async () => authorized(late()), /hasta el/],
    [
      'a second time',
      async () => {
        const key = await authorized(invoiceOf())
        await annul(key)
        return key
      },
      /Ya se pidió/,
    ],
  ])('%s is refused', async (_what, make, says) => {
    const answer = await annul(await make())
    expect(answer.status).toBe(422)
    const { problems } = (await answer.json()) as { problems: string[] }
    expect(problems).toEqual([expect.stringMatching(says)])
  })
})
