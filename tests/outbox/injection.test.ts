import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import { expect, test } from 'vitest'
import { printMessage } from '#src/outbox/smtp/print-message.ts'
import { createSmtpTransport } from '#src/outbox/smtp/smtp-transport.ts'
import { parseEmail } from '#src/values/email-address.ts'
import { SENDER } from '#tests/outbox/outbox.ts'
import { openSink, readMail } from '#tests/outbox/sink.ts'

const NASTY = [
  'victima@correo.example\r\nBcc: malo@evil.example',
  'victima@correo.example, malo@evil.example',
  'Grupo: victima@correo.example, malo@evil.example;',
  '"victima@correo.example" <malo@evil.example>',
  'victima@correo.example(malo@evil.example)',
  'malo@evil.example@correo.example',
  'victima%evil.example@correo.example',
  'evil.example!victima@correo.example',
  'victima@[203.0.113.9]',
  'victima@correo.example\u2028malo@evil.example',
  'victima@correo.example>\r\nRCPT TO:<malo@evil.example',
  'víctima@correo.example',
  'victima@corre\u0131o.example',
  '@correo.example',
  'victima@localhost',
  'victima@xn--kax-3.example',
  '.victima@correo.example',
  `${'a'.repeat(65)}@correo.example`,
  '',
]

test('reads one plain address and nothing that could become another', () => {
  expect(NASTY.map(parseEmail).filter((address) => address !== null)).toEqual([])
  expect(parseEmail(' Maria.Jose+banco@Correo.EXAMPLE ')).toBe('Maria.Jose+banco@correo.example')
  expect(parseEmail("o'brien@sub.correo.example")).toBe("o'brien@sub.correo.example")
})

/** Pieces that mean something to a mail library, and plain ones, in any order. */
const piece = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    ',',
    ';',
    ':',
    '<',
    '>',
    '"',
    '(',
    ')',
    '\\',
    '@',
    ' ',
    '\t',
    '\u0000',
    '%',
  ],
  ...[
    'Bcc: malo@evil.example',
    'malo@evil.example',
    '=?utf-8?Q?=0D=0ABcc:_malo?=',
    '😀',
    'ñ',
    '\u202e',
  ],
  ...['maria', 'pedro', 'correo.example', 'x', '.', '-'],
)
const anything = fc.oneof(
  fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

test('reaches exactly the one it is for, whatever names, subjects and addresses contain', async () => {
  const sink = await openSink()
  const transport = createSmtpTransport({ url: sink.url, from: SENDER, connections: 4 })
  const address = fc.oneof(
    anything,
    anything.map((text) => `maria${text}@correo.example`),
  )
  const mail = fc.record({ address, name: anything, subject: anything, file: anything })
  let sent = 0
  await fc.assert(
    fc.asyncProperty(mail, async (drawn) => {
      const before = sink.received.length
      const delivery = await transport.send({
        to: { name: drawn.name, address: drawn.address },
        subject: drawn.subject,
        text: 'Texto',
        html: '<p>Texto</p>',
        attachments: [
          { filename: drawn.file, contentType: 'text/plain', content: Buffer.from('texto') },
        ],
        messageId: '<mail-1@bancoceibo.example>',
        date: new Date(0),
      })
      const arrived = sink.received.slice(before)
      const wanted = parseEmail(drawn.address)
      expect(delivery.outcome).toBe(wanted === null ? 'refused' : 'accepted')
      expect(arrived.map(({ recipients }) => recipients)).toEqual(wanted === null ? [] : [[wanted]])
      if (wanted === null) return
      sent += 1
      const read = await readMail(arrived[0] ?? expect.fail())
      expect(read.to?.map((to) => to.address)).toEqual([wanted])
      expect(read.from?.address).toBe('avisos@bancoceibo.example')
      expect([read.cc, read.bcc, read.replyTo].flat().filter(Boolean)).toEqual([])
      expect(read.attachments).toHaveLength(1)
      const headers = read.headers.map(({ key }) => key).sort()
      expect(headers).toEqual([...new Set(headers)])
      expect(headers).not.toContain('bcc')
    }),
    { numRuns: 1_000 },
  )
  expect(sent).toBeGreaterThan(20)
  await transport.close()
}, 120_000)

test('prints every line with the end that mail wants, whatever ends it in a text', () => {
  const end = fc.constantFrom('\r', '\n', '\r\n', '\n\r', '.', 'uno', 'ñandú')
  fc.assert(
    fc.property(fc.array(end, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      const textEncoding = 'quoted-printable' as const
      const message = new MailComposer({ text, html: `<p>${text}</p>`, textEncoding }).compile()
      const printed = printMessage(message).toString()
      expect(printed.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }),
  )
})

test('sends to a thousand different addresses, each mail to its own', async () => {
  const sink = await openSink()
  const transport = createSmtpTransport({ url: sink.url, from: SENDER })
  const word = fc.stringMatching(/^[a-z0-9][a-z0-9_'+=/-]{0,20}[a-z0-9]$/)
  const addresses = fc.sample(
    fc.tuple(word, word, fc.stringMatching(/^[a-z][a-z0-9]{0,10}[a-z0-9]$/)),
    1_000,
  )
  const send = async ([one, two, domain]: [string, string, string], at: number) => {
    const address = `${one}.${two}@${domain}.example`
    const messageId = `<${at}@bancoceibo.example>`
    const delivery = await transport.send({
      to: { name: 'Cliente', address },
      ...{ subject: 'Prueba', text: 'Texto', html: '<p>Texto</p>', attachments: [] },
      ...{ messageId, date: new Date(0) },
    })
    return [messageId, address, delivery.outcome]
  }
  const wanted = await Promise.all(addresses.map(send))
  const arrived = sink.received.map(({ messageId, recipients }) => [
    messageId,
    ...recipients,
    'accepted',
  ])
  expect(arrived.sort()).toEqual(wanted.sort())
  await transport.close()
}, 120_000)
