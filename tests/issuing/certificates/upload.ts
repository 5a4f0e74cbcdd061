import type { Answer, Browser, TestPortal } from '#tests/support/portal.ts'
import { ORIGIN } from '#tests/support/portal.ts'
import type { Colleague } from '../../identity/staff/support.ts'

/** Uploads a certificate, as the form of `/interno/firma` does in a browser. */
export function upload(
  { app }: TestPortal,
  { cookies }: Browser,
  { ruc, file, password }: { ruc: string; file: Buffer; password: string },
): Promise<Answer> {
  const boundary = 'frontera'
  const field = (name: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="archivo"; filename="firma.p12"\r\ncontent-type: application/x-pkcs12\r\n\r\n`
  const payload = Buffer.concat([
    Buffer.from(field('ruc', ruc) + field('clave', password) + head),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return app.inject({
    method: 'POST',
    url: '/interno/firma',
    payload,
    headers: {
      host: '127.0.0.1:3000',
      origin: ORIGIN,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    },
  })
}

/** The proposal that waits, as its page is addressed. */
export async function waiting({ browser }: Colleague): Promise<string> {
  const { body } = await browser.get('/interno/aprobaciones')
  const [found] = /\/interno\/aprobaciones\/\d+/.exec(body.split('id="decididas"')[0] ?? '') ?? []
  return found ?? 'none'
}
