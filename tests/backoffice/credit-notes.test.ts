import { expect, it } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { keyOf } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { creditNote } from '#fixtures/receipts/notes.ts'
import type { Day } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { foundBank } from '#tests/issuing/bank.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Browser, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

const BILL = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
const PAGE = `/interno/comprobantes/${keyOf('invoice', BILL)}`
const FORM = `${PAGE}/nota-de-credito`
const SERVICES = [
  { code: 'SW', description: 'Transferencia al exterior', cents: 5_600 },
  { code: 'EC', description: 'Estado de cuenta', cents: 200 },
]

/** Rosa loads, and gives invoices back. */
async function bank(db?: TestPortal['db']) {
  const portal = await openPortal(db ? { db } : {})
  await foundBank(portal.db, { environment: 'production' })
  await register(portal.db, maria)
  await load(portal.db, [invoice(BILL, maria, SERVICES)])
  const { browser: rosa } = await colleague(portal, 'rosa', 'loader')
  return { portal, rosa }
}

async function tokenOf(browser: Browser): Promise<string> {
  return /name="token" value="([^"]+)"/.exec((await browser.get(FORM)).body)?.[1] ?? ''
}

async function totals({ db }: TestPortal): Promise<number[]> {
  const rows = await db.selectFrom('issuance').select('draft').orderBy('id').execute()
  return rows.map(({ draft }) => JSON.parse(draft).totalCents)
}

const problemsIn = (body: string) =>
  [...body.matchAll(/class="mensaje-error"[\s\S]*?<span>([^<]*)/g)].map(([, text = '']) => text)

eachDatabase((open) => {
  it('gives an invoice back in parts, never more than was charged, and lists what was', async () => {
    const { portal, rosa } = await bank(await open())
    expect((await rosa.get(PAGE)).body).toContain(`href="${FORM}"`)
    const form = { alcance: 'parte', motivo: 'Se cobró dos veces', token: await tokenOf(rosa) }
    const much = await rosa.post(FORM, { ...form, 'monto[]': ['60', ''] })
    expect([much.statusCode, problemsIn(much.body)[0]]).toEqual([
      422,
      expect.stringContaining('quedan $56,00'),
    ])
    expect((await rosa.post(FORM, { ...form, 'monto[]': ['', ''] })).statusCode).toBe(422)
    expect((await rosa.post(FORM, { ...form, motivo: ' ', 'monto[]': ['6', ''] })).statusCode).toBe(
      422,
    )
    expect((await rosa.post(FORM, { ...form, 'monto[]': ['6', ''] })).statusCode).toBe(303)
    // The same form once more is the same note.
    expect((await rosa.post(FORM, { ...form, 'monto[]': ['6', ''] })).statusCode).toBe(303)
    expect(await totals(portal)).toEqual([690])
    const page = (await rosa.get(PAGE)).body
    expect(page).toContain('001-002-000000001')
    expect(page).toContain('Por firmar')
    const rest = { alcance: 'todo', motivo: 'Se cobró dos veces', token: await tokenOf(rosa) }
    expect((await rosa.post(FORM, rest)).statusCode).toBe(303)
    expect(await totals(portal)).toEqual([690, 5_980])
    expect((await rosa.get(FORM)).body).toContain('Ya se acreditó todo')
    const entries = portal.db.selectFrom('audit').select('subject')
    const begun = await entries.where('action', '=', 'credit-note.begun').execute()
    expect(begun).toHaveLength(2)
  })

  it('counts what is on its way, corrected ones by what they say now, and not what was closed', async () => {
    const { portal, rosa } = await bank(await open())
    const { db } = portal
    const form = { alcance: 'parte', motivo: 'Se cobró dos veces', token: await tokenOf(rosa) }
    await rosa.post(FORM, { ...form, 'monto[]': ['6', ''] })
    const { id, draft } = await db
      .selectFrom('issuance')
      .select(['id', 'draft'])
      .executeTakeFirstOrThrow()
    await db
      .updateTable('issuance')
      .set({ state: 'returned', next_step: null, next_at: null, answer_code: '52' })
      .execute()
    const more = {
      edicion: '1',
      'c-infoNotaCredito-totalSinImpuestos': '600.00',
      'c-infoNotaCredito-valorModificacion': '690.00',
      'c-infoNotaCredito-totalConImpuestos-1-baseImponible': '600.00',
      'c-infoNotaCredito-totalConImpuestos-1-valor': '90.00',
      'c-detalles-1-precioUnitario': '600.00',
      'c-detalles-1-precioTotalSinImpuesto': '600.00',
      'c-detalles-1-impuestos-1-baseImponible': '600.00',
      'c-detalles-1-impuestos-1-valor': '90.00',
    }
    const raised = await rosa.post(`/interno/envios/${id}/correccion`, more)
    expect([raised.statusCode, raised.body]).toEqual([
      422,
      expect.stringContaining('más de lo que queda por devolver'),
    ])
    expect(await db.selectFrom('issuance').select('draft').execute()).toEqual([{ draft }])
    expect((await rosa.get(FORM)).body).toContain('$50,00')
    await rosa.post(`/interno/envios/${id}/cierre`, {
      edicion: '1',
      motivo: 'La devolución se hizo en efectivo',
    })
    expect((await rosa.get(FORM)).body).not.toContain('$50,00')
    const rest = { alcance: 'todo', motivo: 'Se cobró dos veces', token: await tokenOf(rosa) }
    expect((await rosa.post(FORM, rest)).statusCode).toBe(303)
    expect(await totals(portal)).toEqual([690, 6_670])
  })

  it('lets one of two at once have what is left, and counts notes that were loaded', async () => {
    const { portal, rosa } = await bank(await open())
    const note = { day: '2026-11-18' as Day, series: '001-002', sequence: 9 }
    const part = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_500 }]
    const changed = { number: '001-002-000000001', day: BILL.day }
    await load(portal.db, [creditNote(note, maria, changed, 'Devolución', part)])
    expect((await rosa.get(PAGE)).body).toContain('001-002-000000009')
    const { browser: luis } = await colleague(portal, 'luis', 'administrator')
    const tries = await Promise.all(
      [rosa, luis].map(async (browser) => {
        const token = await tokenOf(browser)
        return browser.post(FORM, { alcance: 'todo', motivo: 'Devolución', token })
      }),
    )
    expect(tries.map(({ statusCode }) => statusCode).sort()).toEqual([303, 422])
    expect(await totals(portal)).toEqual([345])
  })
})

it('is for who may, and only for an authorised invoice of the issuer to somebody', async () => {
  const { portal } = await bank()
  const { browser: eva } = await colleague(portal, 'eva', 'approver')
  expect((await eva.get(PAGE)).body).not.toContain('nota-de-credito')
  expect((await eva.get(FORM)).statusCode).toBe(403)
  const { browser: luis } = await colleague(portal, 'luis', 'administrator')
  await portal.db.updateTable('receipt').set({ status: 'annulled' }).execute()
  expect((await luis.get(FORM)).body).toContain('Solo se acredita una factura autorizada')
  const forged = { alcance: 'todo', motivo: 'x', token: 'a'.repeat(22) }
  expect((await luis.post(FORM, forged)).statusCode).toBe(422)
  expect(await totals(portal)).toEqual([])
})
