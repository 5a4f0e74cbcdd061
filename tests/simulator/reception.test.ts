import { describe, expect, it } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { addDays, printSriDate } from '#src/values/day.ts'
import { answersFor, codesOf, draft, invoiceOf, signed, simulatorForAll, today } from './support.ts'

const world = simulatorForAll()

const send = (bytes: Uint8Array) => world.sri.client.send(bytes)

it('receives at once and says nothing more', async () => {
  expect(await send(invoiceOf().bytes)).toEqual({
    ok: true,
    answer: { state: 'RECIBIDA', accessKey: null, messages: [] },
  })
})

const altered = (change: (xml: string) => string) => {
  const { bytes } = invoiceOf()
  return Buffer.from(change(bytes.toString()))
}

/** What is sent, and the code and the beginning of what the SRI says. */
const RETURNED: [what: string, bytes: () => Uint8Array, code: string, says: RegExp][] = [
  ['nothing', () => Buffer.from(''), '49', /^$/],
  ['320 KB', () => Buffer.alloc(327_680, ' '), '26', /320 KB/],
  ['a PDF', () => Buffer.from('%PDF-1.7'), '35', /PDF/],
  ['half a document', () => invoiceOf().bytes.subarray(0, 500), '35', /cortado/],
  [
    'a document type',
    () => altered((xml) => xml.replace('<factura', '<!DOCTYPE x><factura')),
    '35',
    /DOCTYPE/,
  ],
  ['another XML', () => Buffer.from('<pedido/>'), '35', /pedido/],
  ['an authorisation', () => Buffer.from('<autorizacion/>'), '35', /autorizacion/],
  [
    'no key',
    () => altered((xml) => xml.replace(/<claveAcceso>.*<\/claveAcceso>/, '')),
    '35',
    /claveAcceso/,
  ],
  [
    'a key of 48 digits',
    () => altered((xml) => xml.replace('</claveAcceso>', '0</claveAcceso>')),
    '35',
    /claveAcceso/,
  ],
  [
    'a field too few',
    () =>
      altered((xml) =>
        xml.replace('<moneda>DOLAR</moneda>', '').replace(/<importeTotal>.*<\/importeTotal>/, ''),
      ),
    '35',
    /importeTotal/,
  ],
  [
    'a field nobody knows',
    () => altered((xml) => xml.replace('<moneda>', '<propio>1</propio><moneda>')),
    '35',
    /propio/,
  ],
  [
    'fields in another order',
    () =>
      altered((xml) =>
        xml.replace(/(<propina>.*<\/propina>)(<importeTotal>.*<\/importeTotal>)/, '$2$1'),
      ),
    '35',
    /orden/,
  ],
  [
    'a form of payment nobody knows',
    () => altered((xml) => xml.replace('<formaPago>20', '<formaPago>99')),
    '35',
    /formaPago/,
  ],
  [
    'a kind nobody knows',
    () => altered((xml) => xml.replace('<codDoc>01', '<codDoc>77')),
    '47',
    /77/,
  ],
  [
    'a version nobody knows',
    () => altered((xml) => xml.replace('version="1.1.0"', 'version="9.9.9"')),
    '48',
    /9\.9\.9/,
  ],
  [
    '31 February',
    () => altered((xml) => xml.replace(/<fechaEmision>[^<]*/, '<fechaEmision>31/02/2026')),
    '67',
    /31\/02\/2026/,
  ],
  ['tomorrow', () => invoiceOf({ day: addDays(today, 1) }).bytes, '65', /129600 minutos/],
  [
    'what is 91 days old',
    () => invoiceOf({ day: addDays(today, -91) }).bytes,
    '65',
    /129600 minutos/,
  ],
  ['goods that left before the document', () => guide(-2, 0), '82', /fechaIniTransporte/],
  ['goods that arrive before they leave', () => guide(0, -1), '67', /fechaFinTransporte/],
]

function guide(start: number, end: number): Uint8Array {
  const goods = [{ code: 'CHQ', description: 'Chequera', quantity: 1 }]
  const document = deliveryNote(draft(), pedro, [{ to: maria, goods }])
  const info = document.content.infoGuiaRemision ?? {}
  Object.assign(info, {
    fechaIniTransporte: printSriDate(addDays(today, start)),
    fechaFinTransporte: printSriDate(addDays(today, end)),
  })
  return signed(document).bytes
}

describe('what is returned', () => {
  it.each(RETURNED)('%s', async (_what, bytes, code, says) => {
    const answered = await send(bytes())
    expect(answered).toMatchObject({ ok: true, answer: { state: 'DEVUELTA' } })
    expect(codesOf(answered)).toEqual([code])
    expect(answered.ok && (answered.answer.messages[0]?.additional ?? '')).toMatch(says)
  })

  it('names the key once it was found, and is not kept', async () => {
    const { key, bytes } = invoiceOf({ day: addDays(today, 1) })
    expect(await send(bytes)).toMatchObject({ answer: { accessKey: key } })
    expect(await answersFor(world.sri, key)).toEqual([])
  })

  it('may be sent again, mended, with the same key and number', async () => {
    const numbers = draft()
    const broken = invoiceOf(numbers, ({ infoFactura }) => {
      if (infoFactura) delete infoFactura.importeTotal
    })
    expect(codesOf(await send(broken.bytes))).toEqual(['35'])
    const mended = invoiceOf(numbers)
    expect(mended.key).toBe(broken.key)
    expect(await send(mended.bytes)).toMatchObject({ answer: { state: 'RECIBIDA' } })
  })
})

describe('what was sent before', () => {
  it('is in process (70), and authorised (43) later', async () => {
    const { bytes, key } = invoiceOf()
    await world.sri.set({ demoraMs: 3_600_000 })
    await send(bytes)
    expect(codesOf(await send(bytes))).toEqual(['70'])
    const other = invoiceOf()
    await world.sri.set({ demoraMs: 0 })
    await send(other.bytes)
    const again = await send(other.bytes)
    expect(codesOf(again)).toEqual(['43'])
    expect(again).toMatchObject({ answer: { accessKey: other.key } })
    expect(await answersFor(world.sri, key)).toMatchObject([{ state: 'EN PROCESAMIENTO' }])
  })

  it('holds its number against every other key (45)', async () => {
    const numbers = draft()
    await send(invoiceOf(numbers).bytes)
    const other = invoiceOf({ ...numbers, numericCode: '87654321' })
    expect(codesOf(await send(other.bytes))).toEqual(['45'])
    expect(await answersFor(world.sri, other.key)).toEqual([])
  })

  it('holds no number once it was not authorised', async () => {
    const numbers = draft()
    await world.sri.set({ rechazar: '39' })
    await send(invoiceOf(numbers).bytes)
    await answersFor(world.sri, 'no matter which'.padEnd(49, '0'))
    const other = invoiceOf({ ...numbers, numericCode: '87654321' })
    expect(await send(other.bytes)).toMatchObject({ answer: { state: 'RECIBIDA' } })
  })

  it('is told apart by environment', async () => {
    const numbers = draft()
    await send(invoiceOf(numbers).bytes)
    const production = invoiceOf({ ...numbers, environment: 'production' })
    expect(await send(production.bytes)).toMatchObject({ answer: { state: 'RECIBIDA' } })
  })
})

it('takes each document once, however many send it at the same time', async () => {
  const { bytes, key } = invoiceOf()
  await world.sri.set({ demoraMs: 3_600_000 })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(bytes)))
  const states = answers.map((one) => (one.ok ? one.answer.state : one.failure.kind))
  expect(states.filter((state) => state === 'RECIBIDA')).toHaveLength(1)
  expect(await answersFor(world.sri, key)).toHaveLength(1)
})
