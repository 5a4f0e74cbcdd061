import { expect, it } from 'vitest'
import { htmlProblems } from '../web/html-problems.ts'
import { answersFor, invoiceOf, simulatorForAll } from './support.ts'

const world = simulatorForAll()

const home = async () => (await fetch(world.sri.origin)).text()

function submit(path: string, values: Record<string, string>) {
  return fetch(`${world.sri.origin}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(values),
  })
}

it('shows what it holds and how it behaves, in good HTML', async () => {
  expect(await home()).toContain('Todavía no ha recibido ningún comprobante')
  const { key, bytes } = invoiceOf()
  await world.sri.client.send(bytes)
  const html = await home()
  expect(html).toContain(key)
  expect(html).toContain('AUTORIZADO')
  expect(html).toContain('60 ESTE PROCESO FUE REALIZADO')
  expect(await htmlProblems(html)).toEqual([])
})

it('throws a switch, and says what is wrong with what was written', async () => {
  const good = await submit('/conmutadores', { demoraMs: '1234' })
  expect([good.status, good.headers.get('location')]).toEqual([303, '/'])
  expect(await home()).toContain('name="demoraMs" value="1234"')
  const bad = await submit('/conmutadores', { demoraMs: '<b>', '"><script>': '1' })
  expect(bad.status).toBe(422)
  const html = await bad.text()
  expect(html).toContain('«demoraMs» debe ser un número entero')
  expect(html).not.toContain('<script>')
  expect(html).not.toContain('<b>')
})

it('annuls from the row of a document', async () => {
  const { key, bytes } = invoiceOf()
  await world.sri.client.send(bytes)
  expect((await submit('/anulaciones', { claveAcceso: key })).status).toBe(303)
  expect(await world.sri.client.consult(key)).toMatchObject({ answer: { state: 'ANULADO' } })
  const again = await submit('/anulaciones', { claveAcceso: key })
  expect(again.status).toBe(422)
  expect(await again.text()).toContain('Ya se pidió anular')
})

it('shows hostile text as text', async () => {
  const { key, bytes } = invoiceOf({}, ({ infoFactura }) => {
    Object.assign(infoFactura ?? {}, { identificacionComprador: '"><script>x' })
  })
  await world.sri.client.send(bytes)
  expect((await answersFor(world.sri, key))[0]?.messages[0]?.additional).toContain('<script>')
  const html = await home()
  expect(html).toContain('&lt;script&gt;x')
  expect(html).not.toContain('<script')
})
