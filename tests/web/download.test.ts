import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attachment } from '#src/web/download.ts'
import { openSite } from './support.ts'

test('names a file so that no name can do harm', async () => {
  const site = await openSite((app) => {
    app.get<{ Querystring: { name: string } }>('/archivo', (request, reply) =>
      attachment(reply, request.query.name, 'application/pdf').send(Buffer.from('%PDF')),
    )
  })
  const disposition = async (name: string) => {
    const response = await site.inject({ url: '/archivo', query: { name } })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-security-policy']).toContain('sandbox')
    return String(response.headers['content-disposition'])
  }
  expect(await disposition('Factura_001-002-000018710.pdf')).toBe(
    `attachment; filename="Factura_001-002-000018710.pdf"; filename*=UTF-8''Factura_001-002-000018710.pdf`,
  )
  expect(await disposition('Retención "ñ" 😀.pdf')).toContain('filename="Retencion _n_ __.pdf"')
  // A zero byte reaches no handler.
  const names = fc.string({ unit: 'binary' }).filter((name) => !name.includes('\0'))
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      const header = await disposition(name)
      const shape =
        /^attachment; filename="[A-Za-z0-9._ -]*"; filename\*=UTF-8''([A-Za-z0-9.!~_%-]*)$/
      const encoded = shape.exec(header)?.[1]
      expect(decodeURIComponent(encoded ?? '?')).toBe(name.toWellFormed())
    }),
  )
})
