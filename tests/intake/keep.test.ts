import { expect, test } from 'vitest'
import { company, finalConsumer, maria, mariaWithRuc, pedro, visitor } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { bancoCeibo } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { Db } from '#src/db/open.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import type { Day } from '#src/values/day.ts'
import { eachDatabase } from '../support/databases.ts'
import { folderOf, folderWith, load, NOW, rowCounts } from './loading.ts'

const draft = (sequence: number) => ({ day: '2026-11-16' as Day, series: '001-002', sequence })
const bill = (sequence: number, buyer = maria) =>
  invoice(draft(sequence), buyer, [services.transfer])

async function ownersOf(db: Db, sequence: number): Promise<number[]> {
  const rows = await db
    .selectFrom('receipt_owner')
    .select('party_id')
    .where('number', '=', `001-002-${String(sequence).padStart(9, '0')}`)
    .orderBy('party_id')
    .execute()
  return rows.map((row) => row.party_id)
}

eachDatabase((open) => {
  test('takes the same file once', async () => {
    const db = await open()
    const folder = folderOf(bill(1))
    expect(await load(db, folder)).toMatchObject({ loaded: 1, duplicated: 0, rejected: 0 })
    const again = await load(db, folder)
    expect(again).toMatchObject({ loaded: 0, duplicated: 1, rejected: 0 })
    expect(again.items[0]).toMatchObject({ outcome: 'duplicated', code: null, message: null })
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_document: 1, receipt_owner: 1 })
  })

  test('refuses other bytes under a kept key and keeps both files', async () => {
    const db = await open()
    const { name, xml } = receiptFile(bill(1))
    const altered = xml.replace('Comisión', 'Comisiones')
    await load(db, folderWith({ [name]: xml }))
    const folder = folderWith({ 'otro.xml': altered })
    const { items } = await load(db, folder)
    expect(items[0]).toMatchObject({ outcome: 'rejected', code: 'same-key-other-bytes' })
    expect(items[0]?.claveAcceso).toBe(name.slice(0, 49))
    await load(db, folder)
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_conflict: 1 })
    const { id } = await db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
    expect((await findDocument(db, id))?.toString()).toBe(xml)
  })

  test('tells doubles within one load apart, in the order of the files', async () => {
    const db = await open()
    const { xml } = receiptFile(bill(1))
    const altered = xml.replace('Comisión', 'Comisiones')
    const folder = folderWith({ 'a.xml': xml, 'b.xml': xml, 'c.xml': altered, 'd.xml': altered })
    const { items } = await load(db, folder)
    expect(items.map((item) => item.code ?? item.outcome)).toEqual([
      'loaded',
      'duplicated',
      'same-key-other-bytes',
      'same-key-other-bytes',
    ])
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_conflict: 1 })
  })

  test('leads both numbers of a natural person to one owner', async () => {
    const db = await open()
    await load(db, folderOf(bill(1, mariaWithRuc), bill(2, maria), bill(3, pedro)))
    const byCedula = await findPartyByNumber(db, maria.id)
    expect(byCedula).toEqual(await findPartyByNumber(db, mariaWithRuc.id))
    expect(byCedula?.name).toBe(maria.name)
    expect(await ownersOf(db, 1)).toEqual([byCedula?.id])
    expect(await ownersOf(db, 2)).toEqual([byCedula?.id])
    expect(await ownersOf(db, 3)).not.toEqual([byCedula?.id])
  })

  test('gives a delivery note to every recipient and not to its carrier', async () => {
    const db = await open()
    const goods = [{ code: 'C', description: 'Chequera', quantity: 1 }]
    const carrier = { ...company, id: bancoCeibo.ruc, name: bancoCeibo.name }
    const deliveries = [maria, pedro, mariaWithRuc].map((to) => ({ to, goods }))
    await load(db, folderOf(deliveryNote(draft(4), carrier, deliveries)))
    const [one, other] = [
      await findPartyByNumber(db, maria.id),
      await findPartyByNumber(db, pedro.id),
    ]
    expect(await ownersOf(db, 4)).toEqual([one?.id, other?.id])
    expect(await findPartyByNumber(db, bancoCeibo.ruc)).toBeNull()
  })

  test('gives a sale to a final consumer to nobody', async () => {
    const db = await open()
    expect(await load(db, folderOf(bill(5, finalConsumer)))).toMatchObject({ loaded: 1 })
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_owner: 0 })
    expect(await findPartyByNumber(db, finalConsumer.id)).toBeNull()
  })

  test('keeps a foreign number that looks like a RUC away from Ecuadorians', async () => {
    const db = await open()
    const abroad = { ...visitor, idType: '08' as const, id: '0912345678' }
    await load(db, folderOf(bill(6, visitor), bill(7, abroad)))
    expect((await findPartyByNumber(db, visitor.id))?.name).toBe(visitor.name)
    expect(await findPartyByNumber(db, '0912345678')).toBeNull()
    expect(await findPartyByNumber(db, 'EXT-0912345678')).not.toBeNull()
  })

  test('refuses documents of an issuer that is not taken', async () => {
    const db = await open()
    const folder = folderOf(bill(1))
    const strict = await load(db, folder, { issuers: ['1790000000001'] })
    expect(strict.items[0]).toMatchObject({ outcome: 'rejected', code: 'issuer-not-taken' })
    expect(strict.items[0]?.message).toContain(bancoCeibo.ruc)
    expect(await load(db, folder, { issuers: [bancoCeibo.ruc] })).toMatchObject({ loaded: 1 })
  })

  test('refuses what the SRI did not authorise, so that its correction can come in', async () => {
    const db = await open()
    const document = bill(1)
    const refused = receiptFile(document, { status: 'NO AUTORIZADO' })
    const { items } = await load(db, folderWith({ [refused.name]: refused.xml }))
    expect(items[0]).toMatchObject({ outcome: 'rejected', code: 'not-authorized' })
    expect(await load(db, folderOf(document))).toMatchObject({ loaded: 1 })
  })

  test('opens the first-login window of whoever has none, and renews it', async () => {
    const db = await open()
    await load(db, folderOf(bill(1)))
    const first = await db.selectFrom('first_login_window').selectAll().executeTakeFirstOrThrow()
    expect(first.opened_at).toBe(NOW.toISOString())
    const later = new Date(NOW.getTime() + 5 * 24 * 3_600_000)
    await load(db, folderOf(bill(2)), { now: later })
    const renewed = await db.selectFrom('first_login_window').selectAll().executeTakeFirstOrThrow()
    expect(renewed.opened_at).toBe(later.toISOString())
    expect(renewed.closes_at > first.closes_at).toBe(true)
  })

  test('opens no window for who has signed in, and announces the receipt instead', async () => {
    const db = await open()
    await load(db, folderOf(bill(1)))
    const party = await findPartyByNumber(db, maria.id)
    await db.deleteFrom('first_login_window').execute()
    await db
      .insertInto('login')
      .values({
        party_id: party?.id ?? 0,
        username: maria.id,
        display_name: maria.name,
        role: 'customer',
        email: 'maria.paredes@correo.example',
        created_at: NOW.toISOString(),
      })
      .execute()
    const folder = folderOf(bill(2))
    await load(db, folder)
    await load(db, folder)
    expect(await db.selectFrom('first_login_window').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('mail').select('to_address').execute()).toEqual([
      { to_address: 'maria.paredes@correo.example' },
    ])
  })
})
