import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { loadReceipts } from '#tests/support/load.ts'
import { openPortal, START } from '#tests/support/portal.ts'

it('leads from the cédula to the PDF and the XML of a receipt', async () => {
  const portal = await openPortal()
  const files = demoReceipts(dayOf(START))
  await loadReceipts(portal, files)
  const browser = portal.browser()

  const entry = await browser.post('/ingresar', { usuario: maria.id, contrasena: maria.id })
  expect([entry.statusCode, entry.headers['location']]).toEqual([303, '/primer-ingreso'])
  const chosen = await browser.post('/primer-ingreso', {
    nueva: 'Guayaquil de mis amores',
    correo: 'maria@correo.example',
  })
  expect([chosen.statusCode, chosen.headers['location']]).toEqual([303, '/codigo'])
  const mail = (await portal.inbox()).at(-1)
  const code = /\b[A-Z2-9]{5}\b/.exec(mail?.text.replaceAll(/[A-Z]{6,}/g, '') ?? '')?.[0] ?? ''
  const signedIn = await browser.post('/codigo', { codigo: code.toLowerCase() })
  expect([signedIn.statusCode, signedIn.headers['location']]).toEqual([303, '/comprobantes'])

  const list = await browser.get('/comprobantes')
  expect(list.statusCode).toBe(200)
  const key = /\/comprobantes\/(\d{49})\.pdf/.exec(list.body)?.[1] ?? ''
  const pdf = await browser.get(`/comprobantes/${key}.pdf`)
  expect(pdf.headers['content-type']).toBe('application/pdf')
  expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
  const xml = await browser.get(`/comprobantes/${key}.xml`)
  expect(xml.body).toBe(files.find((file) => file.name === `${key}.xml`)?.xml)
})
