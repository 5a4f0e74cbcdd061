import { expect, onTestFinished, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { bancoCeibo } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Db } from '#src/db/open.ts'
import { mailsIn } from '#src/outbox/queue-store.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { sendDigests } from '#src/receipts/alerts/send-digests.ts'
import { receiptComposers } from '#src/receipts/mail.ts'
import { createRidePool } from '#src/ride/ride-pool.ts'
import type { Day } from '#src/values/day.ts'
import { loadAssets } from '#src/web/pages/assets.ts'
import { loadTemplates } from '#src/web/pages/render.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'
import { KEYS, openWorker } from '#tests/outbox/outbox.ts'
import { openSink, readMail } from '#tests/outbox/sink.ts'
import { load, NOW, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase, openSqlite } from '#tests/support/databases.ts'

const SWIFT = [
  { code: 'SW', description: 'Transferencia al exterior y mensaje SWIFT', cents: 5_600 },
]
const URL_OF_PORTAL = 'https://portal.bancoceibo.example'
const draft = (sequence: number) => ({ day: '2026-11-16' as Day, series: '001-002', sequence })
const bill = (sequence: number, buyer = maria) => invoice(draft(sequence), buyer, SWIFT)

const templates = loadTemplates(await loadAssets())

/** Sends what is queued and reads it as it arrived. */
async function deliver(db: Db) {
  const sink = await openSink()
  const ridePool = createRidePool({ size: 1 })
  onTestFinished(() => ridePool.close())
  const needs = { templates, ridePool, brand: amazonas.brand, publicUrl: URL_OF_PORTAL }
  const worker = openWorker(db, sink.url, {
    composers: new Map(receiptComposers(needs)),
    clock: stoppedClock(NOW),
  })
  expect(await worker.runOnce()).toMatchObject({ failed: 0, postponed: 0, deferred: 0 })
  await worker.stop()
  return Promise.all(sink.received.map(readMail))
}

test('brings number, value, PDF and the XML as it was loaded, and one way to the receipt', async () => {
  const db = await openSqlite()
  await register(db)
  const [file] = await load(db, [bill(18_710)])
  const [mail] = await deliver(db)
  expect(mail?.subject).toBe('Factura 001-002-000018710 por $64,40')
  const key = bill(18_710).content.infoTributaria?.claveAcceso ?? ''
  for (const body of [mail?.html ?? '', mail?.text ?? '']) {
    expect(body).toContain('001-002-000018710')
    expect(body).toContain('$64,40')
    expect(body).toContain('Hola, Paredes Villacís María José:')
    expect(body).toContain('Autorizada por el SRI')
    const links = [...body.matchAll(/https?:\/\/[^\s"<]+/g)].map(([link]) => link)
    expect(new Set(links)).toEqual(
      new Set([`${URL_OF_PORTAL}/comprobantes/${key}`, `${URL_OF_PORTAL}/perfil#avisos`]),
    )
    // Nothing tells when it is opened.
    expect(body).not.toMatch(/<img|background-image|url\(/)
  }
  const files = mail?.attachments ?? []
  expect(files.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
    ['Factura_001-002-000018710_2026-11-16.pdf', 'application/pdf'],
    ['Factura_001-002-000018710_2026-11-16.xml', 'application/xml'],
  ])
  const [pdf, xml] = files.map(({ content }) => Buffer.from(content as ArrayBuffer))
  expect(pdf?.subarray(0, 5).toString()).toBe('%PDF-')
  expect(xml?.equals(file ?? Buffer.of())).toBe(true)
})

test('has no value to tell of a guía, and does not speak for another issuer', async () => {
  const db = await openSqlite()
  await register(db)
  const goods = [{ code: 'CH', description: 'Chequera', quantity: 1 }]
  const other = { ...bancoCeibo, name: 'FERRETERÍA <EL CLAVO> & HIJOS' }
  await load(db, [
    deliveryNote(draft(12), pedro, [{ to: maria, goods }]),
    invoice({ ...draft(13), issuer: other }, maria, SWIFT),
  ])
  const mails = await deliver(db)
  const guide = mails.find(({ subject }) => subject?.startsWith('Guía'))
  expect(guide?.subject).toBe('Guía de remisión 001-002-000000012')
  expect(guide?.html).toContain('Emitimos una guía de remisión a tu nombre')
  const foreign = mails.find(({ subject }) => subject?.startsWith('Factura'))
  expect(foreign?.text).toContain('Recibiste una factura a tu nombre')
  expect(foreign?.text).toContain('FERRETERÍA <EL CLAVO> & HIJOS')
  expect(foreign?.html).toContain('FERRETERÍA &lt;EL CLAVO&gt; &amp; HIJOS')
})

eachDatabase((open) => {
  test('sums up a day in one mail, once, at its hour', async () => {
    const db = await open()
    await register(db, maria, { alerts: 'daily' })
    await register(db, pedro, { alerts: 'daily' })
    const digest = (time: string) =>
      sendDigests(db, { sealKey: KEYS.seal, digestHour: 18 }, new Date(time))
    await load(db, [bill(1), bill(2)], new Date('2026-11-21T17:00:00.000Z'))
    expect(await digest('2026-11-21T22:59:00.000Z')).toBe(0)
    expect(await digest('2026-11-21T23:00:00.000Z')).toBe(1)
    expect(await digest('2026-11-21T23:05:00.000Z')).toBe(0)
    // What comes after the hour waits for the next day, and so does a load that committed late.
    await load(db, [bill(3)], new Date('2026-11-21T22:30:00.000Z'))
    await load(db, [bill(4, pedro)], new Date('2026-11-22T01:00:00.000Z'))
    expect(await digest('2026-11-22T02:00:00.000Z')).toBe(0)
    expect(await db.selectFrom('digest_item').selectAll().execute()).toHaveLength(2)
    // The clock was off at the hour: it is made up for in the morning.
    expect(await digest('2026-11-23T14:00:00.000Z')).toBe(2)
    const mails = await mailsIn(db, 'pending', { limit: 10 })
    expect(mails.map(({ subjectKey }) => subjectKey.split(':')[2])).toEqual([
      '2026-11-22',
      '2026-11-22',
      '2026-11-21',
    ])
  })

  test('leaves out who turned the mails off meanwhile', async () => {
    const db = await open()
    await register(db, maria, { alerts: 'daily' })
    await load(db, [bill(1)], NOW)
    await db.updateTable('login').set({ alerts: 'off' }).execute()
    const needs = { sealKey: KEYS.seal, digestHour: 18 }
    expect(await sendDigests(db, needs, new Date('2026-11-21T23:00:00.000Z'))).toBe(0)
    expect(await db.selectFrom('digest_item').selectAll().execute()).toEqual([])
  })
})

test('lists the receipts of the day with their values and ways', async () => {
  const db = await openSqlite()
  await register(db, maria, { alerts: 'daily' })
  await load(db, [bill(1), bill(2)], new Date('2026-11-20T17:00:00.000Z'))
  await sendDigests(
    db,
    { sealKey: KEYS.seal, digestHour: 18 },
    new Date('2026-11-20T23:30:00.000Z'),
  )
  const [mail] = await deliver(db)
  expect(mail?.subject).toBe('2 comprobantes por $128,80')
  expect(mail?.attachments).toEqual([])
  const keys = [1, 2].map((sequence) => bill(sequence).content.infoTributaria?.claveAcceso ?? '')
  for (const key of keys) {
    expect(mail?.html).toContain(`${URL_OF_PORTAL}/comprobantes/${key}`)
    expect(mail?.text).toContain(`${URL_OF_PORTAL}/comprobantes/${key}`)
  }
})
