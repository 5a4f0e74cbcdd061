import { describe, expect, it } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { transaction } from '#src/db/transaction.ts'
import { addFigures } from '#src/figures/figure-store.ts'
import type { StaffRole } from '#src/identity/person.ts'
import { STAFF_ROLES } from '#src/identity/person.ts'
import { endedMails } from '#src/outbox/mail-figures.ts'
import { withdrawReceipts } from '#src/receipts/kept/withdrawn-store.ts'
import { dayOf } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { addPerson, MARIA } from '#tests/identity/support.ts'
import { readLot } from '#tests/intake/lots/support.ts'
import { addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { loadReceipts } from '#tests/support/load.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { proposeAddress } from '../support.ts'

const FILES = demoReceipts(dayOf(START)).slice(-30)

/** The four numbers at the top, by name: what it is, and the sentence under it. */
async function numbersOn(browser: Browser): Promise<Record<string, [string, string]>> {
  const { body } = await browser.get('/interno')
  const numbers = [...body.matchAll(/<dt>([^<]+)<\/dt><dd>([^<]+)<\/dd><dd>([^<]+)<\/dd>/g)]
  const text = (html = '') => html.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(code))
  return Object.fromEntries(
    numbers.map(([, name = '', value, sentence]) => [name, [text(value), text(sentence)]]),
  )
}

/** Where what needs this person leads. */
function needsOf(body: string): string[] {
  const section = /aria-labelledby="t-atencion"[\s\S]*?<\/section>/.exec(body)?.[0] ?? ''
  return [...section.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href)
}

async function csvOf(browser: Browser, chart: string, period = ''): Promise<string[]> {
  const answer = await browser.get(`/interno/cifras/${chart}.csv?periodo=${period}`)
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
  return answer.body.replace('\uFEFF', '').trimEnd().split('\r\n')
}

function sent(portal: TestPortal, as: 'sent' | 'failed', count: number, daysAgo = 0) {
  const at = new Date(portal.clock.now().getTime() - daysAgo * 86_400_000)
  return transaction(portal.db, (tx) => addFigures(tx, [endedMails(as, at, count)]))
}

eachDatabase((open, make) => {
  it('says what was loaded today, at once after a load and after a withdrawal', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'diego', 'loader')
    expect(await numbersOn(browser)).toMatchObject({
      'Cargados hoy': ['0', 'Tampoco hubo el sábado pasado'],
      'Autorizados por el SRI': ['–', 'Sin comprobantes en el período'],
      'Esperan al SRI': ['0', 'Ninguno espera'],
    })
    await loadReceipts(portal, FILES)
    expect((await numbersOn(browser))['Cargados hoy']).toEqual(['30', 'No hubo el sábado pasado'])
    portal.clock.advance({ days: 7 })
    const [one] = await portal.db.selectFrom('receipt').select('id').execute()
    await transaction(portal.db, (tx) => withdrawReceipts(tx, [one?.id ?? 0], portal.clock.now()))
    await sent(portal, 'failed', 3)
    await sent(portal, 'failed', 1, 1)
    const again = await colleague(portal, 'elena', 'auditor')
    expect(await numbersOn(again.browser)).toMatchObject({
      'Cargados hoy': ['0', '29 menos que el sábado pasado'],
      'Correos sin entregar hoy': ['3', '2 más que ayer'],
    })
  })

  // What PGlite writes is watched by nobody, so it has no page of its health.
  it.skipIf(make === 'pglite')('leads each role to what needs it, and nowhere else', async () => {
    const portal = await openPortal({ db: await open() })
    const people = new Map<StaffRole, Browser>()
    for (const role of STAFF_ROLES) people.set(role, (await colleague(portal, role, role)).browser)
    for (const browser of people.values()) {
      expect(needsOf((await browser.get('/interno')).body)).toEqual([])
    }
    const diego = await colleague(portal, 'diego', 'loader')
    const faulty = { name: 'roto.xml', content: '<factura>' }
    const lot = await readLot(portal, diego.browser, [faulty])
    const locked = { locked_at: START.toISOString() }
    await portal.db.updateTable('login').set(locked).where('username', '=', 'diego').execute()
    await proposeAddress(portal, diego, await addPerson(portal, MARIA, MARIA.email))
    await addReceipts(portal.db, [], [aReceipt({ status: 'pending' })])
    await sent(portal, 'failed', 2)
    await sent(portal, 'sent', 9)
    const found = new Map<StaffRole, string[]>()
    for (const [role, browser] of people) {
      found.set(role, needsOf((await browser.get('/interno')).body))
      for (const href of found.get(role) ?? []) {
        expect([href, (await browser.get(href)).statusCode]).toEqual([href, 200])
      }
    }
    const faults = `${lot}#errores`
    const [mails, pending] = ['/interno/correos?estado=fallidos', '/interno/lotes']
    const decide = '/interno/aprobaciones'
    expect(Object.fromEntries(found)).toEqual({
      loader: [faults, mails, pending],
      auditor: [faults, mails, pending],
      approver: [faults, mails, decide, pending],
      administrator: ['/interno/usuarios', faults, mails, decide, pending],
    })
  })

  it('hands out each chart as a table, of the period that is asked for', async () => {
    const portal = await openPortal({ db: await open() })
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    await addReceipts(
      portal.db,
      [],
      [
        aReceipt({ issuedOn: '2026-11-03' as never }),
        aReceipt({ issuedOn: '2026-11-03' as never, kind: 'credit-note' }),
        aReceipt({ issuedOn: '2026-10-15' as never, status: 'annulled' }),
        aReceipt({ issuedOn: '2025-12-31' as never }),
      ],
    )
    expect(await csvOf(browser, 'comprobantes')).toEqual([
      '"Día";"Feriado";"Tipo";"Estado SRI";"Comprobantes";"Valor"',
      '2026-11-03;"Independencia de Cuenca";"Factura";"Autorizado";1;10,00',
      '2026-11-03;"Independencia de Cuenca";"Nota de crédito";"Autorizado";1;-10,00',
    ])
    expect((await csvOf(browser, 'comprobantes', 'este-ano')).slice(1)).toEqual([
      '2026-10;"";"Factura";"Anulado";1;10,00',
      '2026-11;"";"Factura";"Autorizado";1;10,00',
      '2026-11;"";"Nota de crédito";"Autorizado";1;-10,00',
    ])
    expect(await csvOf(browser, 'sri', 'mes-anterior')).toContain('"Anulado";1;10,00')
    await sent(portal, 'sent', 7)
    expect((await csvOf(browser, 'correos', 'este-mes')).at(-1)).toBe('2026-11-21;"";7;0')
    const access = await csvOf(browser, 'ingresos')
    expect([access[0], access.length]).toEqual([
      '"Día";"Feriado";"Primeros ingresos";"Ingresos";"Recuperaciones pedidas"',
      22,
    ])
    expect(access.at(-1)).toBe('2026-11-21;"";0;1;0')
  })
})

describe('a panel', () => {
  it('draws the days of its period, says what it shows, and marks the days of rest', async () => {
    const portal = await openPortal()
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    const first = '2026-11-03' as never
    await addReceipts(portal.db, [], [aReceipt({ issuedOn: first }), aReceipt({ issuedOn: first })])
    const { body } = await browser.get('/interno')
    // Of mails there is nothing to draw.
    expect(body.match(/<p class="tenue">Nada en el período\.<\/p>/g)).toHaveLength(1)
    expect(body).toContain(
      'aria-label="De 1 nov 2026 a 21 nov 2026. El más alto es 3 nov 2026, con 2 comprobantes."',
    )
    expect(body).toContain('<title>3 nov 2026 (Independencia de Cuenca): Facturas 2, ')
    expect(body).not.toMatch(/ style=|<style|<script(?![^>]*src=)/)
    const year = await browser.get('/interno?periodo=este-ano')
    expect(year.body).toContain('De ene 2026 a nov 2026.')
    expect(year.body).toContain('<option value="este-ano" selected>')
  })

  it('falls back to the usual period and knows no other chart, whatever an address says', async () => {
    const portal = await openPortal()
    const { browser } = await colleague(portal, 'tomas', 'auditor')
    for (const typed of ['hasOwnProperty', '"><script>', '2026', 'constructor']) {
      const page = await browser.get(`/interno?periodo=${encodeURIComponent(typed)}`)
      expect(page.statusCode).toBe(200)
      expect(page.body).toContain('<option value="21-dias" selected>')
      expect(page.body).not.toContain(typed === '2026' ? 'periodo=2026' : typed)
    }
    for (const chart of ['otro', '..%2Fsri', 'constructor']) {
      expect((await browser.get(`/interno/cifras/${chart}.csv`)).statusCode).toBe(404)
    }
  })

  it('shows where to begin until something was loaded, and the last lots from then on', async () => {
    const portal = await openPortal()
    const { browser } = await colleague(portal, 'diego', 'loader')
    expect((await browser.get('/interno')).body).toContain('Por dónde empezar')
    await loadReceipts(portal, FILES.slice(0, 2))
    const { body } = await browser.get('/interno')
    expect(body).not.toContain('Por dónde empezar')
    expect(body).toContain('Últimos lotes')
  })
})
