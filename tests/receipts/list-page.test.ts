import { describe, expect, test } from 'vitest'
import { company, maria, pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import type { Day } from '#src/values/day.ts'
import { openPortal } from '#tests/support/portal.ts'
import { addParty, addReceipts, aReceipt } from './support/receipt-rows.ts'
import { load, signIn, signInPerson } from './support/signed-in.ts'

const PART = { 'hx-request': 'true', 'hx-request-type': 'partial' }
const TODAY = '2026-11-21' as Day

/** The numbers in the rows, in order. */
const numbers = (html: string) =>
  [...html.matchAll(/href="\/comprobantes\/\d{49}">([\d-]+)</g)].map((match) => match[1])

const keys = (html: string) =>
  [...html.matchAll(/name="clave" value="(\d{49})"/g)].map((match) => match[1] ?? '')

const text = (html: string) =>
  html
    .replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, ' ')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

async function aPortalWithReceipts(count: number) {
  const portal = await openPortal()
  const partyId = await addParty(portal.db, 'María José Paredes')
  const receipts = Array.from({ length: count }, () => aReceipt())
  await addReceipts(portal.db, [partyId], receipts)
  const { browser } = await signIn(portal, partyId, 'María José Paredes')
  return { portal, browser, partyId, receipts }
}

describe('the list', () => {
  test('shows a customer what is theirs, with its sum, and nobody else’s', async () => {
    const portal = await openPortal()
    await load(portal, demoReceipts(TODAY))
    const hers = await signInPerson(portal, maria)
    const his = await signInPerson(portal, pedro)
    const page = await hers.browser.get('/comprobantes')
    expect(page.statusCode).toBe(200)
    const mine = numbers(page.body)
    expect(mine.length).toBeGreaterThan(10)
    expect(text(page.body)).toMatch(/\d+ comprobantes por \$[\d.,]+, del 1 sep al 21 nov 2026/)
    const theirs = numbers((await his.browser.get('/comprobantes?periodo=rango')).body)
    expect(theirs.length).toBeGreaterThan(0)
    // Only a guía may be of both.
    const shared = theirs.filter((number) => mine.includes(number))
    expect(shared.length).toBeLessThanOrEqual(1)
  })

  test('is closed to who is not signed in, and leads back afterwards', async () => {
    const portal = await openPortal()
    const answer = await portal.browser().get('/comprobantes?q=swift&periodo=este-ano')
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(
      '/ingresar?volver=%2Fcomprobantes%3Fq%3Dswift%26periodo%3Deste-ano',
    )
    const part = await portal.browser().get('/comprobantes', PART)
    expect(part.statusCode).toBe(401)
    expect(part.headers['hx-redirect']).toMatch(/^\/ingresar/)
  })

  test('leads a form without JavaScript to the address of its search', async () => {
    const { browser } = await aPortalWithReceipts(1)
    const sent =
      '/comprobantes?q=+comision+&periodo=este-ano&desde=2026-01-01&hasta=&min=&max=1.500,00&orden=-fecha'
    const answer = await browser.get(sent)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe('/comprobantes?q=comision&periodo=este-ano&max=1500')
    const page = await browser.get('/comprobantes?q=comision&periodo=este-ano&max=1500')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('name="q" type="search" value="comision"')
    expect(page.body).toMatch(/value="este-ano" checked/)
    const other = await browser.get('/comprobantes?q=comisi%C3%B3n%20x')
    expect(other.statusCode).toBe(200)
  })

  test('answers htmx with the results alone and the address to show', async () => {
    const { browser } = await aPortalWithReceipts(3)
    const answer = await browser.get('/comprobantes?q=comision&min=&periodo=este-ano', PART)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['hx-push-url']).toBe('/comprobantes?q=comision&periodo=este-ano')
    expect(answer.headers.vary).toContain('HX-Request-Type')
    expect(answer.body).not.toContain('<html')
    expect(answer.body).not.toContain('name="q"')
    expect(answer.body).toMatch(/id="fichas"[^>]*hx-swap-oob="true"/)
    expect(numbers(answer.body)).toHaveLength(3)
    const whole = await browser.get('/comprobantes', {
      'hx-request': 'true',
      'hx-request-type': 'full',
    })
    expect(whole.body).toContain('<html')
  })

  test('says at the field what cannot be meant, keeps what was typed and shows results', async () => {
    const { browser } = await aPortalWithReceipts(2)
    const answer = await browser.get('/comprobantes?min=500&max=10&periodo=este-ano')
    expect(answer.statusCode).toBe(422)
    expect(answer.body).toContain('<title>Error: Comprobantes')
    expect(answer.body).toMatch(/id="min"[^>]*value="500"[^>]*aria-invalid="true"/)
    expect(answer.body).toContain('id="min-error"')
    expect(text(answer.body)).toContain('El valor mínimo no puede ser mayor que el máximo.')
    expect(numbers(answer.body)).toHaveLength(2)
    const part = await browser.get('/comprobantes?desde=31/02/2026&periodo=rango', PART)
    expect(part.statusCode).toBe(422)
    expect(part.headers['hx-push-url']).toBe('false')
    expect(part.body).toMatch(/id="campo-desde"[^>]*hx-swap-oob/)
    expect(part.body).toMatch(/type="text" value="31\/02\/2026"/)
  })

  test('finds one receipt by its pasted key, whatever else is set', async () => {
    const { browser, receipts } = await aPortalWithReceipts(5)
    const wanted = receipts[2]
    const pasted = (wanted?.accessKey ?? '').replaceAll(/(\d{7})/g, '$1 ')
    const answer = await browser.get(
      `/comprobantes?q=${encodeURIComponent(pasted)}&tipo=retencion&periodo=ano-anterior`,
      PART,
    )
    expect(answer.headers['hx-push-url']).toBe(`/comprobantes?q=${wanted?.accessKey}`)
    expect(numbers(answer.body)).toEqual([wanted?.number])
  })

  test('goes through its pages there and back', async () => {
    const { browser, receipts } = await aPortalWithReceipts(120)
    const seen: (string | undefined)[] = []
    let address: string | undefined = '/comprobantes'
    const pages: string[] = []
    while (address) {
      const page = await browser.get(address)
      pages.push(address)
      seen.push(...numbers(page.body))
      address = page.body.match(/rel="next" href="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(pages).toHaveLength(3)
    expect(seen).toHaveLength(120)
    expect(new Set(seen)).toEqual(new Set(receipts.map(({ number }) => number)))
    const last = await browser.get(pages[2] ?? '')
    expect(text(last.body)).toContain('Mostrando 101 a 120 de 120')
    const back = last.body.match(/rel="prev" href="([^"]+)"/)?.[1]?.replaceAll('&amp;', '&')
    const second = await browser.get(back ?? '')
    expect(numbers(second.body)).toEqual(seen.slice(50, 100))
    const tampered = `${pages[1]?.slice(0, -3)}AAA`
    const answer = await browser.get(tampered)
    expect([200, 303]).toContain(answer.statusCode)
  })

  test('widens to this year when the last three months are empty, and says so', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, 'María José Paredes')
    await addReceipts(portal.db, [partyId], [aReceipt({ issuedOn: '2026-02-03' as Day })])
    const { browser } = await signIn(portal, partyId, 'María José Paredes')
    const page = await browser.get('/comprobantes')
    expect(text(page.body)).toContain('te mostramos los de este año')
    expect(page.body).toMatch(/value="este-ano" checked/)
    const chosen = await browser.get('/comprobantes?periodo=3-meses')
    expect(text(chosen.body)).toContain('Hay 1 en este año')
    expect(chosen.body).toContain('href="/comprobantes?periodo=este-ano"')
  })

  test('tells «never had any» from «none with these filters», and offers some that has', async () => {
    const portal = await openPortal()
    const empty = await addParty(portal.db, 'Rosa Intriago')
    const rosa = await signIn(portal, empty, 'Rosa Intriago')
    const page = await rosa.browser.get('/comprobantes')
    expect(text(page.body)).toContain('Todavía no emitimos ninguno a tu nombre')
    const { browser } = await aPortalWithReceipts(2)
    const none = await browser.get('/comprobantes?q=swift&periodo=este-mes')
    expect(text(none.body)).toContain(
      'Buscaste «swift» en este mes. Hay 2 en este mes sin filtros.',
    )
    expect(none.body).toContain('href="/comprobantes?periodo=este-mes"')
    const unknown = await browser.get(`/comprobantes?q=${'1'.repeat(49)}`)
    expect(unknown.statusCode).toBe(200)
    expect(text(unknown.body)).toContain('No hay comprobantes con esos filtros')
  })

  test('offers no file of what the SRI has not authorised', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, 'María José Paredes')
    await addReceipts(portal.db, [partyId], [aReceipt({ status: 'pending' })])
    const { browser } = await signIn(portal, partyId, 'María José Paredes')
    const { body } = await browser.get('/comprobantes')
    expect(text(body)).toContain('Pronto')
    expect(body).not.toContain('.pdf"')
  })

  test('prints nothing that a document says as markup', async () => {
    const portal = await openPortal()
    const partyId = await addParty(portal.db, '<b>María</b>')
    const concept = '"><script>alert(1)</script>'
    await addReceipts(portal.db, [partyId], [aReceipt({ concept, issuerName: concept })])
    const { browser } = await signIn(portal, partyId, '<b>María</b>')
    const key = keys((await browser.get('/comprobantes')).body)[0]
    const query = encodeURIComponent('"><script>alert(1)</script>')
    const addresses = ['/comprobantes', `/comprobantes?q=${query}`, `/comprobantes/${key}`]
    for (const address of [...addresses, `/busquedas/nueva?q=${query}`]) {
      const answer = await browser.get(address)
      const page = answer.headers.location ? await browser.get(answer.headers.location) : answer
      expect(page.statusCode).toBe(200)
      expect(page.body).not.toContain('<script>alert')
      expect(page.body).not.toContain('<b>María')
    }
  })
})

describe('saved searches', () => {
  test('are named, opened, renamed and deleted by their owner alone', async () => {
    const { portal, browser } = await aPortalWithReceipts(1)
    const other = await signIn(portal, await addParty(portal.db, 'Pedro Andrade'), 'Pedro Andrade')
    const form = await browser.get('/busquedas/nueva?tipo=retencion&periodo=mes-anterior')
    expect(form.body).toContain('value="Comprobantes de retención · Mes anterior"')
    const saved = await browser.post('/busquedas', {
      nombre: '  Retenciones   del mes ',
      busqueda: 'periodo=mes-anterior&tipo=retencion&q=&x=y',
    })
    expect(saved.statusCode).toBe(303)
    expect(saved.headers.location).toBe('/comprobantes?periodo=mes-anterior&tipo=retencion')
    const page = await browser.get('/comprobantes')
    expect(page.body).toContain('Guardamos la búsqueda «Retenciones del mes».')
    expect(page.body).toContain(
      '<a href="/comprobantes?periodo=mes-anterior&amp;tipo=retencion">Retenciones del mes</a>',
    )
    const { id } = await portal.db.selectFrom('saved_search').select('id').executeTakeFirstOrThrow()
    const address = `/busquedas/${id}`
    expect((await other.browser.post(`${address}/eliminacion`)).statusCode).toBe(404)
    expect((await other.browser.post(`${address}/nombre`, { nombre: 'x' })).statusCode).toBe(404)
    expect((await other.browser.get('/busquedas')).body).not.toContain('Retenciones del mes')
    expect((await browser.post(`${address}/nombre`, { nombre: ' ' })).statusCode).toBe(422)
    expect((await browser.post(`${address}/nombre`, { nombre: 'Otra' })).statusCode).toBe(303)
    expect((await browser.get('/busquedas')).body).toContain('Otra')
    expect((await browser.post(`${address}/eliminacion`)).statusCode).toBe(303)
    expect(text((await browser.get('/busquedas')).body)).toContain('Todavía no guardas ninguna')
  })

  test('are twenty at most and each has its own name', async () => {
    const { browser } = await aPortalWithReceipts(0)
    for (let at = 1; at <= 20; at += 1) {
      const answer = await browser.post('/busquedas', { nombre: `B${at}`, busqueda: `q=${at}` })
      expect(answer.statusCode).toBe(303)
    }
    const taken = await browser.post('/busquedas', { nombre: 'B1', busqueda: 'q=1' })
    expect(taken.statusCode).toBe(422)
    expect(text(taken.body)).toContain('Ya tienes una búsqueda con ese nombre')
    const more = await browser.post('/busquedas', { nombre: 'B21', busqueda: 'q=21' })
    expect(text(more.body)).toContain('Ya tienes 20 búsquedas guardadas')
  })
})

test('a company sees its own receipts too', async () => {
  const portal = await openPortal()
  await load(portal, demoReceipts(TODAY))
  const { browser } = await signInPerson(portal, company)
  expect(numbers((await browser.get('/comprobantes?periodo=rango')).body).length).toBeGreaterThan(0)
})
