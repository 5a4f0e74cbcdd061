import crypto from 'node:crypto'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { openMailbox } from '#src/demo/mailbox/mailbox.ts'
import { sectionsOf } from '#src/identity/sections.ts'
import { createSmtpTransport } from '#src/outbox/smtp/smtp-transport.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { ground } from '#src/web/ground.ts'
import { openMetrics } from '#src/web/operations.ts'
import { loadAssets } from '#src/web/pages/assets.ts'
import { loadTemplates } from '#src/web/pages/render.ts'
import { serverOptions } from '#src/web/server-options.ts'
import { SENDER } from '#tests/outbox/outbox.ts'
import { temporaryFolder } from '#tests/support/databases.ts'

const assets = await loadAssets()

async function openDemo() {
  const mailbox = await openMailbox({ nobody: 'nadie@correo.example' })
  const app = fastify(serverOptions({ trustProxy: [], random: crypto.randomBytes }))
  await app.register(ground, {
    publicUrl: new URL('http://localhost:80'),
    otherHosts: ['localhost:80'],
    brand: amazonas.brand,
    sections: sectionsOf({ name: 'Banco Ceibo' }),
    templates: loadTemplates(assets),
    assets,
    assetsFolder: temporaryFolder(),
    registry: openMetrics(),
  })
  await app.register(mailbox.routes)
  const transport = createSmtpTransport({ url: mailbox.smtpUrl, from: SENDER })
  onTestFinished(async () => {
    await transport.close()
    await app.close()
    await mailbox.close()
  })
  return { app, mailbox, transport }
}

const MAIL = {
  to: { name: 'María José Paredes', address: 'maria@correo.example' },
  subject: 'Factura <b>001</b> por $64,40',
  text: 'Hola, María José:',
  html: '<!doctype html><html><head></head><body><script>alert(1)</script><p>Hola</p></body></html>',
  attachments: [
    { filename: 'Factura_001.xml', contentType: 'application/xml', content: Buffer.from('<a/>') },
  ],
  messageId: '<1@bancoceibo.example>',
  date: new Date(0),
}

test('shows what the portal mailed, without letting it act', async () => {
  const { app, transport } = await openDemo()
  const empty = (await app.inject('/demo/buzon')).body
  expect(empty).toContain('Todavía no hay correos')
  await transport.send(MAIL)
  const list = await app.inject('/demo/buzon')
  expect(list.body).toContain('Factura &lt;b&gt;001&lt;/b&gt; por $64,40')
  const page = await app.inject('/demo/buzon/1')
  expect(page.headers['content-security-policy']).toContain("frame-src 'self'")
  expect(page.body).toContain('src="/demo/buzon/1/html"')
  expect(page.body).toContain('auto-generated')
  const html = await app.inject('/demo/buzon/1/html')
  const policy = String(html.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('sandbox')
  expect(policy).not.toContain('script')
  expect(html.body).toContain('<base target="_top">')
  const file = await app.inject('/demo/buzon/1/adjuntos/0')
  expect(file.body).toBe('<a/>')
  expect(file.headers['content-disposition']).toContain('filename="Factura_001.xml"')
  for (const url of ['/demo/buzon/2', '/demo/buzon/1/adjuntos/1', '/demo/buzon/2/html']) {
    expect((await app.inject(url)).statusCode).toBe(404)
  }
})

test('keeps the latest five hundred', async () => {
  const { mailbox, transport } = await openDemo()
  const send = (at: number) => transport.send({ ...MAIL, messageId: `<${at}@bancoceibo.example>` })
  await Promise.all(Array.from({ length: 510 }, (_, at) => send(at)))
  expect(mailbox.messages).toHaveLength(500)
  expect(mailbox.messages[0]?.id).toBe(510)
})

test('says of one address that nobody has it, so that there are mails that come back', async () => {
  const { mailbox, transport } = await openDemo()
  const to = { name: 'Nadie', address: 'nadie@correo.example' }
  expect(await transport.send({ ...MAIL, to })).toEqual({
    outcome: 'refused',
    answer: '550 5.1.1 Esa casilla no existe',
  })
  expect(mailbox.messages).toEqual([])
})
