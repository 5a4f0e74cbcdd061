import { describe, expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import { reasonCode, stageOf } from '#src/simulator/judging/sri-messages.ts'
import type { InvoiceContent } from '#src/sri/documents/document.ts'
import type { Sendable } from './support.ts'
import {
  answersFor,
  codesOf,
  decided,
  draft,
  invoiceOf,
  signed,
  signedAgain,
  simulatorForAll,
  unsigned,
} from './support.ts'

const world = simulatorForAll()

async function sent(one: Sendable) {
  expect(await world.sri.client.send(one.bytes)).toMatchObject({ answer: { state: 'RECIBIDA' } })
  return decided(world.sri, one.key)
}

describe('an authorisation', () => {
  it('comes after a while, with the very text that was sent', async () => {
    await world.sri.set({ demoraMs: 3_600_000 })
    const waiting = invoiceOf()
    await world.sri.client.send(waiting.bytes)
    expect(await answersFor(world.sri, waiting.key)).toEqual([
      {
        state: 'EN PROCESAMIENTO',
        number: null,
        authorizedAt: null,
        environment: 'PRUEBAS',
        document: null,
        messages: [],
      },
    ])
    await world.sri.set({ demoraMs: 50 })
    const one = invoiceOf()
    await world.sri.client.send(one.bytes)
    expect(await decided(world.sri, one.key)).toEqual([
      {
        state: 'AUTORIZADO',
        number: one.key,
        authorizedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-05:00$/),
        environment: 'PRUEBAS',
        document: one.bytes.toString(),
        messages: [
          {
            identifier: '60',
            text: 'ESTE PROCESO FUE REALIZADO EN EL AMBIENTE DE PRUEBAS',
            additional: null,
            type: 'ADVERTENCIA',
          },
        ],
      },
    ])
  })

  it('of production warns of nothing', async () => {
    expect(await sent(invoiceOf({ environment: 'production' }))).toMatchObject([
      { state: 'AUTORIZADO', environment: 'PRODUCCIÓN', messages: [] },
    ])
  })

  it('holds a document that ends a CDATA section, and one with letters of the ISO', async () => {
    const hard = invoiceOf({}, ({ infoAdicional }) => {
      infoAdicional?.push({ nombre: 'Nota', valor: 'a]]>b & c <d>' })
    })
    expect(await sent(hard)).toMatchObject([{ document: hard.bytes.toString() }])
    const { key, bytes } = invoiceOf({}, ({ infoFactura }) => {
      Object.assign(infoFactura ?? {}, { razonSocialComprador: 'Ñandú Pérez' })
    })
    const latin = bytes.toString().replace('UTF-8', 'ISO-8859-1')
    expect(await sent({ key, bytes: Buffer.from(latin, 'latin1') })).toMatchObject([
      { state: 'AUTORIZADO', document: latin },
    ])
  })

  it('is unknown of a key that was never sent', async () => {
    const { key } = invoiceOf()
    const answered = await world.sri.client.authorization(key)
    expect(answered).toMatchObject({ ok: true, answer: { accessKey: key, count: 0 } })
  })

  it('of what is no key is refused (80)', async () => {
    const answered = await world.sri.client.authorization('123')
    expect(answered).toMatchObject({
      ok: true,
      answer: {
        accessKey: '123',
        authorizations: [{ state: 'RECHAZADO', messages: [{ identifier: '80' }] }],
      },
    })
  })
})

const changed = (change: (content: InvoiceContent) => void) => () => invoiceOf({}, change)
const infoOf = (facts: object) =>
  changed(({ infoFactura }) => Object.assign(infoFactura ?? {}, facts))

/** Each is received, and then refused with a code and a reason. */
const REFUSED: [what: string, make: () => Sendable, code: string, says: RegExp][] = [
  [
    'no signature',
    () => {
      const one = invoiceOf()
      return { key: one.key, bytes: Buffer.from(unsigned(one)) }
    },
    '39',
    /firma/,
  ],
  [
    'a wrong check digit',
    () => {
      const one = invoiceOf()
      const key = `${one.key.slice(0, -1)}${(Number(one.key.at(-1)) + 1) % 10}`
      return signedAgain(one, (xml) => xml.replace(one.key, key), key)
    },
    '58',
    /verificador/,
  ],
  [
    'another number than its key',
    changed(({ infoTributaria }) =>
      Object.assign(infoTributaria ?? {}, { secuencial: '999999999' }),
    ),
    '58',
    /secuencial/,
  ],
  ['a RUC of a cédula', infoOf({ tipoIdentificacionComprador: '04' }), '69', /RUC/],
  [
    'too much to nobody',
    infoOf({
      tipoIdentificacionComprador: '07',
      identificacionComprador: '9999999999999',
      importeTotal: '50.01',
    }),
    '69',
    /\$50,00/,
  ],
  ['a total that does not add up', infoOf({ importeTotal: '3.00' }), '52', /importeTotal/],
  [
    'a rate of other days',
    () => {
      const one = invoiceOf()
      return signedAgain(one, (xml) => xml.replaceAll('<codigoPorcentaje>4', '<codigoPorcentaje>2'))
    },
    '52',
    /tarifa/,
  ],
  [
    'a reason that supports nothing',
    () => {
      const document = interestWithholding(draft(), maria, 10_000)
      Object.assign(document.content.docsSustento?.[0] ?? {}, { codSustento: '88' })
      return signed(document)
    },
    '64',
    /codSustento/,
  ],
]

describe('what is not authorised', () => {
  it.each(REFUSED)('%s', async (_what, make, code, says) => {
    const [answer, ...more] = await sent(make())
    expect(more).toEqual([])
    expect(answer).toMatchObject({ state: 'NO AUTORIZADO', number: null })
    expect(answer?.messages).toMatchObject([{ identifier: code, type: 'ERROR' }])
    expect(answer?.messages[0]?.additional).toMatch(says)
  })

  it('comes from an issuer that is not active, or an establishment that is closed', async () => {
    await world.sri.set({ cerrados: '0990000000001-003' })
    const shut = await sent(invoiceOf({ series: '003-001' }))
    expect(shut[0]?.messages).toMatchObject([{ identifier: '10' }])
    expect(await sent(invoiceOf())).toMatchObject([{ state: 'AUTORIZADO' }])
    await world.sri.set({ cerrados: ['0990000000001'] })
    expect((await sent(invoiceOf()))[0]?.messages).toMatchObject([{ identifier: '2' }])
  })

  it('may be sent again, mended, with the same key; both answers stand', async () => {
    const numbers = draft()
    const wrong = invoiceOf(numbers, ({ infoFactura }) => {
      Object.assign(infoFactura ?? {}, { importeTotal: '3.00' })
    })
    expect(await sent(wrong)).toMatchObject([{ state: 'NO AUTORIZADO' }])
    expect(await sent(wrong)).toMatchObject([{}, { state: 'NO AUTORIZADO' }])
    const mended = invoiceOf(numbers)
    expect(mended.key).toBe(wrong.key)
    expect(await sent(mended)).toMatchObject([
      { state: 'NO AUTORIZADO', document: wrong.bytes.toString() },
      { state: 'NO AUTORIZADO' },
      { state: 'AUTORIZADO', document: mended.bytes.toString() },
    ])
    expect(codesOf(await world.sri.client.send(mended.bytes))).toEqual(['43'])
  })
})

it('warns of a cédula that nobody has, and authorises all the same (62)', async () => {
  const [answer] = await sent(infoOf({ identificacionComprador: '0959997210' })())
  expect(answer?.state).toBe('AUTORIZADO')
  expect(answer?.messages.map(({ identifier }) => identifier)).toEqual(['60', '62'])
})

const CODES = Array.from({ length: 100 }, (_, at) => reasonCode(String(at))).filter(
  (code) => code !== null,
)

it.each(CODES)('refuses the next document with %s when told to', async (code) => {
  await world.sri.set({ rechazar: code })
  const one = invoiceOf()
  const answered = await world.sri.client.send(one.bytes)
  const stage = stageOf(code)
  if (stage === 'reception') {
    expect(answered).toMatchObject({ answer: { state: 'DEVUELTA', accessKey: one.key } })
    expect(codesOf(answered)).toEqual([code])
    expect(await answersFor(world.sri, one.key)).toEqual([])
  } else {
    const [answer] = await decided(world.sri, one.key)
    expect(answer?.state).toBe(stage === 'warning' ? 'AUTORIZADO' : 'NO AUTORIZADO')
    expect(answer?.messages[0]?.identifier).toBe(code)
    expect(answer?.messages[0]?.text).not.toBe('')
  }
  expect(await sent(invoiceOf())).toMatchObject([{ state: 'AUTORIZADO' }])
})

it('refuses the next that is received, and none before it', async () => {
  await world.sri.set({ demoraMs: 3_600_000 })
  const [before, next] = [invoiceOf(), invoiceOf()]
  await world.sri.client.send(before.bytes)
  await world.sri.set({ demoraMs: 0, rechazar: '42' })
  await world.sri.client.send(next.bytes)
  expect((await answersFor(world.sri, next.key))[0]?.messages).toMatchObject([{ identifier: '42' }])
  expect(await answersFor(world.sri, before.key)).toMatchObject([{ state: 'EN PROCESAMIENTO' }])
})

it('refuses as many as it was told', async () => {
  await world.sri.set({ rechazar: '39x2' })
  const states: (string | undefined)[] = []
  for (let times = 0; times < 3; times += 1) states.push((await sent(invoiceOf()))[0]?.state)
  expect(states).toEqual(['NO AUTORIZADO', 'NO AUTORIZADO', 'AUTORIZADO'])
})
