import { expect, test } from 'vitest'
import type { Person } from '#fixtures/people.ts'
import { finalConsumer, maria, pedro } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { Db } from '#src/db/open.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { checkDays } from '#src/receipts/checks/check-days.ts'
import { checkReceipts } from '#src/receipts/checks/check-receipts.ts'
import { findDocument } from '#src/receipts/documents/document-store.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import type { Day } from '#src/values/day.ts'
import { folderWith, load, NOW, rowCounts } from '../intake/loading.ts'
import { eachDatabase } from '../support/databases.ts'

const draft = { day: '2026-11-16' as Day, series: '001-002', sequence: 7 }
const bill = (buyer: Person = maria) => invoice(draft, buyer, [services.transfer])

/** The SRI's answers to one document: that it has to wait, and that it is authorised. */
function answers(document: ReceiptDocument = bill()): {
  waiting: string
  authorized: string
  bare: string
} {
  const authorized = receiptFile(document).xml
  const bare = /<!\[CDATA\[([\s\S]*)\]\]>/.exec(authorized)?.[1] ?? ''
  return { waiting: receiptFile(document, { status: 'EN PROCESO' }).xml, authorized, bare }
}

const one = (content: string | Uint8Array) => folderWith({ 'comprobante.xml': content })

async function signUp(db: Db): Promise<void> {
  const party = await findPartyByNumber(db, maria.id)
  const row = { username: maria.id, display_name: maria.name, role: 'customer' as const }
  await db
    .insertInto('login')
    .values({
      ...row,
      party_id: party?.id ?? 0,
      email: 'maria.paredes@correo.example',
      created_at: NOW.toISOString(),
    })
    .execute()
}

async function outcomes(db: Db, folder: string): Promise<string[]> {
  const { items } = await load(db, folder)
  return items.map((item) => item.code ?? item.outcome)
}

async function states(db: Db): Promise<string[]> {
  const receipts = await db.selectFrom('receipt').select('status').execute()
  const owners = await db.selectFrom('receipt_owner').select('status').execute()
  return [...receipts, ...owners].map((row) => row.status)
}

async function expectStored(db: Db, file: string): Promise<void> {
  const { id } = await db.selectFrom('receipt').select('id').executeTakeFirstOrThrow()
  expect((await findDocument(db, id))?.toString()).toBe(file)
  expect(await checkReceipts(db)).toMatchObject({ documents: [], index: [] })
  expect((await checkDays(db)).problems).toEqual([])
}

eachDatabase((open) => {
  test('lets the authorisation take the place of what was in process, and tells its owner', async () => {
    const db = await open()
    const { waiting, authorized } = answers()
    expect(await outcomes(db, one(waiting))).toEqual(['loaded'])
    await signUp(db)
    expect(await states(db)).toEqual(['pending', 'pending'])
    const folder = one(authorized)
    expect(await outcomes(db, folder)).toEqual(['loaded'])
    expect(await states(db)).toEqual(['authorized', 'authorized'])
    await expectStored(db, authorized)
    const receipt = await db.selectFrom('receipt').selectAll().executeTakeFirstOrThrow()
    expect(receipt.authorization_number).toBe(receipt.access_key)
    expect(receipt.authorized_at).toBe('2026-11-16T15:15:00.000Z')
    expect(await outcomes(db, folder)).toEqual(['duplicated'])
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_owner: 1, receipt_conflict: 0 })
    expect(await db.selectFrom('mail').select(['to_address', 'receipt_id']).execute()).toEqual([
      { to_address: 'maria.paredes@correo.example', receipt_id: receipt.id },
    ])
  })

  test('knows the document again in a file of its own, however that begins and ends', async () => {
    const { bare, authorized } = answers()
    const root = bare.replace(/^<\?xml[^>]*\?>\s*/, '')
    for (const file of [bare, root, `\uFEFF${bare}\n`, bare.replaceAll('\n', '\r\n')]) {
      const db = await open()
      expect(await outcomes(db, one(file))).toEqual(['loaded'])
      expect(await outcomes(db, one(authorized))).toEqual(['loaded'])
      expect(await states(db)).toEqual(['authorized', 'authorized'])
      await expectStored(db, authorized)
    }
  })

  test('authorises a delivery note for each of its recipients, and a sale to nobody', async () => {
    const goods = [{ code: 'C', description: 'Chequera', quantity: 1 }]
    const deliveries = [maria, pedro].map((to) => ({ to, goods }))
    for (const [document, owners] of [
      [deliveryNote(draft, pedro, deliveries), 2],
      [bill(finalConsumer), 0],
    ] as const) {
      const db = await open()
      const { waiting, authorized } = answers(document)
      await load(db, one(waiting))
      expect(await outcomes(db, one(authorized))).toEqual(['loaded'])
      expect(await states(db)).toEqual(Array(owners + 1).fill('authorized'))
      await expectStored(db, authorized)
    }
  })

  test('puts aside an authorisation of another document with the same key', async () => {
    const db = await open()
    const { waiting, authorized } = answers()
    await load(db, one(waiting))
    const other = one(authorized.replace('Comisión', 'Comisiones'))
    expect(await outcomes(db, other)).toEqual(['same-key-other-bytes'])
    expect(await states(db)).toEqual(['pending', 'pending'])
    await expectStored(db, waiting)
    expect(await rowCounts(db)).toMatchObject({ receipt_conflict: 1 })
    expect(await outcomes(db, one(authorized))).toEqual(['loaded'])
  })

  test('knows a copy from before its authorisation, and puts aside whatever else comes', async () => {
    const db = await open()
    const { waiting, authorized, bare } = answers()
    await load(db, one(authorized))
    for (const file of [waiting, bare]) {
      expect(await outcomes(db, one(file))).toEqual(['duplicated'])
    }
    expect(await rowCounts(db)).toMatchObject({ receipt_conflict: 0 })
    const later = receiptFile(bill(), { time: '10:15:01' }).xml
    for (const file of [later, waiting.replace('Comisión', 'Comisiones')]) {
      expect(await outcomes(db, one(file))).toEqual(['same-key-other-bytes'])
    }
    await expectStored(db, authorized)
  })

  test('takes the files of one load in their order', async () => {
    const db = await open()
    const { bare, authorized } = answers()
    const folder = folderWith({
      'a.xml': bare,
      'b.xml': bare,
      'c.xml': authorized,
      'd.xml': authorized,
      'e.xml': bare,
    })
    expect(await outcomes(db, folder)).toEqual([
      'loaded',
      'duplicated',
      'loaded',
      'duplicated',
      'duplicated',
    ])
    await expectStored(db, authorized)
  })

  test('is authorised once by two loads at once', async () => {
    const db = await open()
    const { waiting, authorized } = answers()
    await load(db, one(waiting))
    await signUp(db)
    const folder = one(authorized)
    const both = await Promise.all([outcomes(db, folder), outcomes(db, folder)])
    expect(both.flat().sort()).toEqual(['duplicated', 'loaded'])
    await expectStored(db, authorized)
    expect(await rowCounts(db)).toMatchObject({ receipt: 1, receipt_conflict: 0 })
    expect(await db.selectFrom('mail').select('id').execute()).toHaveLength(1)
  })
})
