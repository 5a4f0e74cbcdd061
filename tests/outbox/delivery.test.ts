import crypto from 'node:crypto'
import { expect, test } from 'vitest'
import type { Composers } from '#src/outbox/mail.ts'
import { NothingToSay } from '#src/outbox/mail.ts'
import { mailsIn, queueState } from '#src/outbox/queue-store.ts'
import { note, openWorker, queue } from '#tests/outbox/outbox.ts'
import { openSink, readMail } from '#tests/outbox/sink.ts'
import { eachDatabase } from '#tests/support/databases.ts'

const PDF = Buffer.from('%PDF-1.7 of a receipt')
const XML = Buffer.from('\ufeff<factura>ñandú\r\n</factura>', 'utf8')

const WITH_FILES: Composers = new Map([
  [
    'note',
    async () => ({
      subject: 'Factura 001-002-000018710 por $64,40',
      text: 'Hola, María José:',
      html: '<p>Hola, María José:</p>',
      attachments: [
        { filename: 'Factura_001.pdf', contentType: 'application/pdf', content: PDF },
        { filename: 'Factura_001.xml', contentType: 'application/xml', content: XML },
      ],
    }),
  ],
])

eachDatabase((open) => {
  test('sends text, HTML and attachments to the one it is for', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url, { composers: WITH_FILES })
    await queue(db, [note('maria')], worker.clock.now())
    expect(await worker.runOnce()).toMatchObject({ sent: 1, failed: 0 })
    const [mail] = sink.received
    expect(mail?.from).toBe('avisos@bancoceibo.example')
    expect(mail?.recipients).toEqual(['maria@correo.example'])
    const read = await readMail(mail ?? expect.fail('nothing arrived'))
    expect(read.subject).toBe('Factura 001-002-000018710 por $64,40')
    expect(read.from).toEqual({ name: 'Banco Ceibo', address: 'avisos@bancoceibo.example' })
    expect(read.to).toEqual([{ name: 'María José Paredes', address: 'maria@correo.example' }])
    expect(read.text).toContain('Hola, María José:')
    expect(read.html).toContain('<p>Hola, María José:</p>')
    expect(read.messageId).toMatch(/^<mail-[0-9a-f]{32}@bancoceibo\.example>$/)
    expect(read.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
    const files = read.attachments.map(({ filename, mimeType, content }) => [
      filename,
      mimeType,
      Buffer.from(content as ArrayBuffer).toString('hex'),
    ])
    expect(files).toEqual([
      ['Factura_001.pdf', 'application/pdf', PDF.toString('hex')],
      ['Factura_001.xml', 'application/xml', XML.toString('hex')],
    ])
    await worker.stop()
  })

  test('sends announcements no faster than it may, and a code at once', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url, { bulkPerMinute: 60 })
    const announcements = Array.from({ length: 30 }, (_, at) => note(`cliente${at}`))
    await queue(db, announcements, worker.clock.now())
    expect(await worker.runOnce()).toMatchObject({ sent: 10 })
    await queue(db, [note('maria', { urgent: true })], worker.clock.now())
    expect(await worker.runOnce()).toMatchObject({ sent: 1 })
    worker.clock.advance({ seconds: 4 })
    expect(await worker.runOnce()).toMatchObject({ sent: 4 })
    // What was not used for an hour is not made up for in one burst.
    worker.clock.advance({ minutes: 60 })
    expect(await worker.runOnce()).toMatchObject({ sent: 10 })
    await worker.stop()
  })

  test('keeps the pace that is in force, which may change while it runs', async () => {
    const db = await open()
    const sink = await openSink()
    const pace = { bulkPerMinute: 60 }
    const worker = openWorker(db, sink.url, pace)
    const announcements = Array.from({ length: 60 }, (_, at) => note(`cliente${at}`))
    await queue(db, announcements, worker.clock.now())
    expect(await worker.runOnce()).toMatchObject({ sent: 10 })
    pace.bulkPerMinute = 120
    worker.clock.advance({ seconds: 4 })
    expect(await worker.runOnce()).toMatchObject({ sent: 8 })
    pace.bulkPerMinute = 30
    worker.clock.advance({ minutes: 5 })
    expect(await worker.runOnce()).toMatchObject({ sent: 5 })
    await worker.stop()
  })

  test('changes nothing of what it carries', async () => {
    const db = await open()
    const sink = await openSink()
    const text = `.\n..\nacaba en blanco \n=3D\tñandú ${'transferencia€ '.repeat(80)}\n${'x'.repeat(2_000)}\n\n.`
    const html = `<p>\n${text}\n</p>`
    const files = [0, 1, 56, 57, 58, 76, 10_000].map((size) => ({
      filename: `Comprobante «${size}» ñ.bin`,
      contentType: 'application/octet-stream',
      content: crypto.randomBytes(size),
    }))
    const composers: Composers = new Map([
      ['note', async () => ({ subject: 'Todo', text, html, attachments: files })],
    ])
    const worker = openWorker(db, sink.url, { composers })
    await queue(db, [note('maria')], worker.clock.now())
    await worker.runOnce()
    const received = sink.received[0] ?? expect.fail('nothing arrived')
    const read = await readMail(received)
    expect(read.text?.replace(/\r?\n$/, '')).toBe(text)
    expect(read.html?.replace(/\r?\n$/, '')).toBe(html)
    expect(
      read.attachments.map(({ filename, content }) => [
        filename,
        Buffer.from(content as ArrayBuffer).toString('hex'),
      ]),
    ).toEqual(files.map(({ filename, content }) => [filename, content.toString('hex')]))
    const lines = received.raw.toString('latin1').split('\r\n')
    expect(lines.filter((line) => line.length > 78 || /[\r\n]/.test(line))).toEqual([])
    await worker.stop()
  })

  test('mails the same fact once, however often it is queued', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url)
    const now = worker.clock.now()
    await queue(db, [note('maria'), note('maria'), note('pedro')], now)
    await worker.runOnce()
    await queue(db, [note('maria')], now)
    await worker.runOnce()
    expect(sink.received.map(({ recipients }) => recipients[0])).toEqual([
      'maria@correo.example',
      'pedro@correo.example',
    ])
    await worker.stop()
  })

  test('keeps what a mail will say sealed, and wipes it when it has left', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url)
    await queue(db, [note('maria', { payload: { code: 'K7QF2' } })], worker.clock.now())
    const [queued] = await mailsIn(db, 'pending', { limit: 10 })
    expect(JSON.stringify(queued)).not.toContain('K7QF2')
    await worker.runOnce()
    expect((await readMail(sink.received[0] ?? expect.fail())).text).toContain('K7QF2')
    const [sent] = await mailsIn(db, 'sent', { limit: 10 })
    expect(sent?.payload).toBe('')
    await worker.stop()
  })

  test('gives up what a server refuses and tries again what it postpones', async () => {
    const db = await open()
    const greylisted = new Set<string>()
    const sink = await openSink({
      onRecipient: (address) => {
        if (address.startsWith('gone')) return { code: 550, words: `5.1.1 <${address}> unknown` }
        if (!address.startsWith('full') || greylisted.has(address)) return null
        greylisted.add(address)
        return { code: 450, words: '4.2.2 Try again' }
      },
      onMail: (mail) =>
        mail.recipients[0]?.startsWith('virus') ? { code: 554, words: '5.7.1 Rejected' } : null,
    })
    const worker = openWorker(db, sink.url)
    await queue(
      db,
      ['gone', 'full', 'virus', 'maria'].map((name) => note(name)),
      worker.clock.now(),
    )
    expect(await worker.runOnce()).toMatchObject({ sent: 1, failed: 2, postponed: 1 })
    const failed = await mailsIn(db, 'failed', { limit: 10 })
    expect(failed.map(({ answer }) => answer)).toEqual([
      '554 5.7.1 Rejected',
      '550 5.1.1 <<destinatario>> unknown',
    ])
    expect(await worker.runOnce()).toMatchObject({ sent: 0, postponed: 0 })
    worker.clock.advance({ minutes: 2 })
    expect(await worker.runOnce()).toMatchObject({ sent: 1 })
    expect(worker.serverDown).toBe(false)
    await worker.stop()
  })

  test('gives up after three days of postponements, after ever longer waits', async () => {
    const db = await open()
    let tries = 0
    const sink = await openSink({
      onRecipient: () => {
        tries += 1
        return { code: 451, words: '4.3.0 Not now' }
      },
    })
    const worker = openWorker(db, sink.url)
    await queue(db, [note('maria')], worker.clock.now())
    for (let minute = 0; minute <= 72 * 60; minute += 10) {
      await worker.runOnce()
      worker.clock.advance({ minutes: 10 })
    }
    expect(await mailsIn(db, 'failed', { limit: 2 })).toMatchObject([
      { answer: '451 4.3.0 Not now' },
    ])
    expect(tries).toBeGreaterThan(20)
    expect(tries).toBeLessThan(35)
    await worker.stop()
  })

  test('drops a code that expired before it could leave', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url)
    const expiresAt = new Date(worker.clock.now().getTime() + 5 * 60_000)
    await queue(db, [note('maria', { urgent: true, expiresAt })], worker.clock.now())
    worker.clock.advance({ minutes: 6 })
    expect(await worker.runOnce()).toMatchObject({ sent: 0, failed: 1 })
    expect(sink.received).toEqual([])
    await worker.stop()
  })

  test('is not held up by a mail that cannot be written', async () => {
    const db = await open()
    const sink = await openSink()
    const composers: Composers = new Map([
      ['gone', async () => Promise.reject(new NothingToSay('gone'))],
      ['broken', async () => Promise.reject(new Error('broken'))],
      ...WITH_FILES,
    ])
    const worker = openWorker(db, sink.url, { composers })
    const mails = [
      note('ana', { reason: 'gone' }),
      note('eva', { reason: 'broken' }),
      note('maria'),
    ]
    await queue(db, mails, worker.clock.now())
    expect(await worker.runOnce()).toMatchObject({ sent: 1, failed: 1, postponed: 1 })
    await worker.stop()
  })

  test('takes over what a worker that died was holding', async () => {
    const db = await open()
    const sink = await openSink()
    const worker = openWorker(db, sink.url)
    const now = worker.clock.now()
    await queue(db, [note('maria')], now)
    await db
      .updateTable('mail')
      .set({
        status: 'sending',
        claimed_by: 'dead',
        claimed_until: new Date(now.getTime() + 60_000).toISOString(),
      })
      .execute()
    expect(await worker.runOnce()).toMatchObject({ sent: 0 })
    worker.clock.advance({ minutes: 2 })
    expect(await worker.runOnce()).toMatchObject({ sent: 1 })
    await worker.stop()
  })

  test('lets no two workers take the same mail', async () => {
    const db = await open()
    const sink = await openSink()
    const workers = [openWorker(db, sink.url), openWorker(db, sink.url), openWorker(db, sink.url)]
    const mails = Array.from({ length: 120 }, (_, at) => note(`cliente${at}`))
    await queue(db, mails, new Date('2026-11-21T16:00:00.000Z'))
    await Promise.all(workers.map((worker) => worker.runOnce()))
    expect(sink.received).toHaveLength(120)
    expect(new Set(sink.received.map(({ messageId }) => messageId)).size).toBe(120)
    expect(await queueState(db, new Date())).toMatchObject({ pending: 0, sending: 0, failed: 0 })
    await Promise.all(workers.map((worker) => worker.stop()))
  })
})
