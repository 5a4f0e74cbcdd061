import { expect, test } from 'vitest'
import { maria, type Person, pedro, rosa } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { type ChargedService, invoice } from '#fixtures/receipts/invoice.ts'
import { creditNote } from '#fixtures/receipts/notes.ts'
import { loanInterest, services } from '#fixtures/receipts/services.ts'
import { interestWithholding } from '#fixtures/receipts/withholding.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { clientScopeOf } from '#src/practice/client-store.ts'
import { withdrawReceipts } from '#src/receipts/kept/withdrawn-store.ts'
import type { ReceiptFilter } from '#src/receipts/search/search-filter.ts'
import { noFilter } from '#src/receipts/search/search-filter.ts'
import { sumsOf } from '#src/receipts/search/sums-store.ts'
import { beginAddingUp } from '#src/receipts/taxes/add-up-taxes.ts'
import { TAXED_MAX } from '#src/receipts/taxes/tax-totals.ts'
import type { Day } from '#src/values/day.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { work } from './package-support.ts'
import { giveProgram } from './programs/support.ts'
import { grant, openFirm } from './support.ts'

const draft = (sequence: number) => ({ day: '2026-11-16' as Day, series: '001-002', sequence })
const bill = (sequence: number, buyer: Person, ...sold: ChargedService[]) =>
  receiptFile(invoice(draft(sequence), buyer, sold))
const withheld = (sequence: number, holder: Person) =>
  receiptFile(interestWithholding(draft(sequence), holder, 10_000))
const CHANGED = { number: '001-002-000000001', day: '2026-11-16' as Day }
const note = receiptFile(creditNote(draft(9), pedro, CHANGED, 'Cobro duplicado', [services.swift]))

const PAGE = '/comprobantes/totales?periodo=rango'

/** A firm that Pedro lets read all of his, María her facturas, and Rosa nothing. */
async function openWorld(db?: Db) {
  const portal = await openPortal(db ? { db } : {})
  await load(portal, [
    bill(1, pedro, services.abroad),
    bill(2, pedro, services.abroad, loanInterest(1_000)),
    withheld(3, pedro),
    note,
    bill(4, maria, services.swift),
    withheld(5, maria),
    bill(6, rosa, services.abroad),
  ])
  const { firmId, lead } = await openFirm(portal)
  for (const [person, kinds] of [
    [pedro, []],
    [maria, ['invoice' as const]],
  ] as const) {
    const { id } = (await findPartyByNumber(portal.db, person.id)) ?? { id: 0 }
    await grant(portal, { partyId: id, firmId, by: lead.loginId }, { kinds })
  }
  return { portal, firmId, lead }
}

/** The rows of a table of the page, cell by cell. */
function rowsOf(html: string, title: string): string[] {
  const table = html.split(`<h2>${title}</h2>`)[1]?.split('</table>')[0] ?? ''
  return [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].slice(1).map(([, row = '']) =>
    row
      .replaceAll(/<[^>]+>/g, '|')
      .replaceAll(/\|+/g, '|')
      .replaceAll('\u00a0', ' '),
  )
}

const CHARGED = ['|IVA 15 %|4|$100,00|$15,00|', '|IVA 0 %|1|$10,00|$0,00|', '|Todo|$15,00|']

const keptTaxes = ({ db }: TestPortal) =>
  db.selectFrom('receipt_tax').selectAll().orderBy('receipt_id').orderBy('place').execute()

eachDatabase((open) => {
  test('what clients’ receipts charge and withhold is added up by rate, as far as grants go', async () => {
    const { portal, firmId, lead } = await openWorld(await open())
    const page = (await lead.browser.get(PAGE)).body
    // 50 + 50 + 6 of facturas, and the nota de crédito takes 6 away.
    expect(rowsOf(page, 'Por tarifa de impuesto')).toEqual(CHARGED)
    const [renta, ...rest] = rowsOf(page, 'Por retención')
    expect(renta).toMatch(/^\|Renta 3 %\|Código 323E.*\|1\|\$100,00\|\$3,00\|$/)
    expect(rest).toEqual(['|Todo|$3,00|'])
    const ofMaria = (await lead.browser.get(`${PAGE}&ruc=${maria.id}`)).body
    expect(rowsOf(ofMaria, 'Por tarifa de impuesto')[0]).toBe('|IVA 15 %|1|$6,00|$0,90|')
    expect(rowsOf(ofMaria, 'Por retención')).toEqual([])
    const filtered = (await lead.browser.get(`${PAGE}&numero=000000002`)).body
    expect(rowsOf(filtered, 'Por tarifa de impuesto')[0]).toBe('|IVA 15 %|1|$50,00|$7,50|')

    const firm = { id: firmId, clients: null, kinds: [] }
    const program = await giveProgram(portal, firm, [], lead.loginId)
    const asked = await program.call('GET', '/comprobantes?impuestos=true&tipo=retencion')
    expect(asked.json().total).toEqual({
      comprobantes: 1,
      valor: '3.00',
      exacto: true,
      impuestos: {
        completo: true,
        tarifas: [
          {
            retenido: true,
            impuesto: 'renta',
            codigo: '323E',
            porcentaje: '3.00',
            comprobantes: 1,
            base: '100.00',
            valor: '3.00',
          },
        ],
      },
    })
    const unasked = await program.call('GET', '/comprobantes')
    expect(unasked.json().total).not.toHaveProperty('impuestos')
  })

  test('taxes of receipts that were kept before are written later, and the page says so till then', async () => {
    const { portal, lead } = await openWorld(await open())
    const { db, clock } = portal
    const before = await keptTaxes(portal)
    await db.deleteFrom('receipt_tax').execute()
    await db.updateTable('receipt').set({ tax_lines: null }).execute()
    const waiting = (await lead.browser.get(PAGE)).body
    expect(waiting).toContain('se están sumando todavía')
    expect(rowsOf(waiting, 'Por tarifa de impuesto')).toEqual([])
    await beginAddingUp(db, clock.now())
    await work(portal)
    expect(await keptTaxes(portal)).toEqual(before)
    const page = (await lead.browser.get(PAGE)).body
    expect(page).not.toContain('se están sumando todavía')
    expect(rowsOf(page, 'Por tarifa de impuesto')).toEqual(CHARGED)
  })

  test('what has to be added up one by one is, up to a bound', async () => {
    const { portal, lead } = await openWorld(await open())
    const { scope } = await clientScopeOf(portal.db, lead.loginId, '2026-11-21' as Day)
    const words = { ...noFilter, words: ['001'] }
    const counts = async (filter: ReceiptFilter, max: number) =>
      (await sumsOf(portal.db, scope, filter, max))?.map(({ count }) => count).toSorted() ?? null
    expect(await counts(words, 5)).toEqual([1, 1, 1, 2])
    expect(await counts(words, 4)).toBeNull()
    // Those of days cost the same for any number of receipts.
    expect(await counts(noFilter, 4)).toEqual([1, 1, 1, 2])
  })

  test('a receipt that is taken out takes its taxes along', async () => {
    const { portal, lead } = await openWorld(await open())
    const { db, clock } = portal
    const { id } = await db
      .selectFrom('receipt')
      .select('id')
      .where('number', '=', '001-002-000000002')
      .executeTakeFirstOrThrow()
    await transaction(db, (tx) => withdrawReceipts(tx, [id], clock.now()))
    expect((await keptTaxes(portal)).map((row) => row.receipt_id)).not.toContain(id)
    const page = (await lead.browser.get(PAGE)).body
    expect(rowsOf(page, 'Por tarifa de impuesto')[0]).toBe('|IVA 15 %|3|$50,00|$7,50|')
  })
})

test('more receipts than can be looked at one by one are not added up by rate, and it is said', async () => {
  const { portal, firmId, lead } = await openWorld()
  await portal.db.updateTable('receipt_day').set({ receipts: TAXED_MAX }).execute()
  const page = (await lead.browser.get(PAGE)).body
  expect(page).toContain('caben hasta 50.000 comprobantes')
  expect(rowsOf(page, 'Por tarifa de impuesto')).toEqual([])
  expect(rowsOf(page, 'Por tipo').length).toBeGreaterThan(1)
  const firm = { id: firmId, clients: null, kinds: [] }
  const program = await giveProgram(portal, firm, [], lead.loginId)
  const answer = await program.call('GET', '/comprobantes?impuestos=true')
  expect(answer.json().total.impuestos).toBeNull()
})
