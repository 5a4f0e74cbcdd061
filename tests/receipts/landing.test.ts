import { describe, expect, test } from 'vitest'
import { readmeOf } from '#src/receipts/files/package-words.ts'
import type { Day } from '#src/values/day.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'
import { signIn } from './support/signed-in.ts'

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

/** Somebody whose only receipts are of those days; the portal's today is 21 November 2026. */
async function withReceiptsOf(...days: string[]) {
  const portal = await openPortal()
  const partyId = await addParty(portal.db, 'María José Paredes')
  const receipts = days.map((day) => aReceipt({ issuedOn: day as Day }))
  await addReceipts(portal.db, [partyId], receipts)
  const { browser } = await signIn(portal, partyId, 'María José Paredes')
  return { browser, receipts }
}

describe('the first screen', () => {
  test.each([
    ['2026-02-03', 'este-ano', 'en los últimos 3 meses; te mostramos los de este año.'],
    ['2025-02-03', 'ano-anterior', 'en este año; te mostramos los del año anterior.'],
    ['2019-02-03', 'rango', 'en este año ni en el anterior; te mostramos los de todas las fechas.'],
  ])('shows a customer of %s their receipts', async (day, period, sentence) => {
    const { browser, receipts } = await withReceiptsOf(day)
    const { body } = await browser.get('/comprobantes')
    expect(body).toContain(`/comprobantes/${receipts[0]?.accessKey}`)
    expect(body).toMatch(new RegExp(`value="${period}" checked`))
    expect(text(body)).toContain(`No tienes comprobantes ${sentence}`)
    expect(text(body)).not.toContain('Buscaste')
  })

  test('goes no further than this year for a search, and says what else there is', async () => {
    const { browser } = await withReceiptsOf('2026-02-03', '2019-02-03')
    const near = await browser.get('/comprobantes?tipo=factura')
    expect(text(near.body)).toContain('Con esos filtros no hay ninguno en los últimos 3 meses')
    const far = await browser.get('/comprobantes?numero=999999')
    expect(text(far.body)).toContain('No hay comprobantes con esos filtros')
  })
})

describe('the words of the list', () => {
  test('are of one where there is one', async () => {
    const { browser } = await withReceiptsOf('2026-11-16')
    const { body } = await browser.get('/comprobantes?periodo=rango&desde=2026-11-16')
    expect(text(body)).toMatch(/Descargar 1 /)
    expect(text(body)).toContain('Desde el 16 nov 2026')
    const missing = [{ receipt: { ...aReceipt(), id: 1 }, reason: 'pending' as const }]
    expect(readmeOf({ packed: 0, shared: 0, missing, format: 'pdf' })).toContain('Falta 1:')
  })

  test('show an amount as the screen writes it, and as it was typed while it is typed', async () => {
    const { browser } = await withReceiptsOf('2026-11-16')
    const address = '/comprobantes?min=1234.50'
    const page = await browser.get(address)
    expect(page.body).toMatch(/name="min" value="1\.234,50"/)
    const part = await browser.get(address, { 'hx-request-type': 'partial' })
    expect(part.body).toMatch(/name="min" value="1234\.50"/)
    const again = await browser.get('/comprobantes?min=1.234,50')
    expect(again.headers.location).toBe(address)
  })

  test('tell of a mistyped key that its last digit does not fit', async () => {
    const { browser, receipts } = await withReceiptsOf('2026-11-16')
    const key = receipts[0]?.accessKey ?? ''
    const wrong = `${key.slice(0, 48)}${(Number(key[48]) + 1) % 10}`
    const { body } = await browser.get(`/comprobantes?q=${wrong}`)
    expect(text(body)).toContain('El último dígito de esa clave no coincide con los demás')
    const unknown = `${'1'.repeat(48)}7`
    const other = await browser.get(`/comprobantes?q=${unknown}`)
    expect(text(other.body)).toContain('No hay comprobantes con esos filtros')
  })

  test('refuse an empty choice in the colour of a refusal', async () => {
    const { browser } = await withReceiptsOf('2026-11-16')
    const answer = await browser.post('/comprobantes/descarga?q=comision')
    expect(answer.headers.location).toBe('/comprobantes?q=comision')
    const { body } = await browser.get('/comprobantes?q=comision')
    expect(body).toContain('<div class="aviso mal" role="alert">')
  })
})

describe('a copy by mail', () => {
  test('leads back to the list as it was left', async () => {
    const { browser, receipts } = await withReceiptsOf('2026-11-16')
    const list = '/comprobantes?q=comision&periodo=este-ano'
    const address = `/comprobantes/${receipts[0]?.accessKey}`
    const sent = await browser.post(`${address}/correo`, { volver: list })
    expect(sent.statusCode).toBe(303)
    const page = await browser.get(sent.headers.location ?? '')
    expect(page.body).toContain(`<a class="volver" href="${list.replace('&', '&amp;')}">`)
    const strange = await browser.get(`${address}?volver=https%3A%2F%2Fotro.example%2F`)
    expect(strange.body).not.toContain('otro.example')
  })
})
