import { expect, test } from 'vitest'
import { finalConsumer, maria, mariaWithRuc, pedro, rosa } from '#fixtures/people.ts'
import { deliveryNote } from '#fixtures/receipts/delivery-note.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { transaction } from '#src/db/transaction.ts'
import { mailsIn } from '#src/outbox/queue-store.ts'
import { alertCustomers } from '#src/receipts/alerts/alert-customers.ts'
import { resendReceipt } from '#src/receipts/alerts/resend-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { load, NOW, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase, openSqlite } from '#tests/support/databases.ts'

const SWIFT = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]
const draft = (sequence: number) => ({ day: '2026-11-16' as Day, series: '001-002', sequence })
const bill = (sequence: number, buyer = maria) => invoice(draft(sequence), buyer, SWIFT)

eachDatabase((open) => {
  const addresses = async (db: Awaited<ReturnType<typeof open>>) => {
    const mails = await mailsIn(db, 'pending', { limit: 100 })
    return mails.map(({ to }) => to.address).reverse()
  }

  test('tells the owner, by either of her numbers, and nobody else', async () => {
    const db = await open()
    await register(db, maria)
    await register(db, pedro)
    await load(db, [bill(1), bill(2, mariaWithRuc), bill(3, rosa), bill(4, finalConsumer)])
    expect(await addresses(db)).toEqual([maria.email, maria.email])
  })

  test('tells of a receipt once, however often it is loaded or told', async () => {
    const db = await open()
    const { partyId } = await register(db)
    await load(db, [bill(1), bill(1)])
    await load(db, [bill(1)])
    const receipt = await db.selectFrom('receipt').selectAll().executeTakeFirstOrThrow()
    const again = {
      receiptId: receipt.id,
      accessKey: receipt.access_key,
      kind: 'invoice' as const,
      status: 'authorized' as const,
      number: receipt.number,
      totalCents: receipt.total_cents,
      partyIds: [partyId, partyId],
    }
    expect(await transaction(db, (tx) => alertCustomers(tx, [again], NOW))).toBe(0)
    expect(await addresses(db)).toEqual([maria.email])
  })

  test('tells each recipient of a guía', async () => {
    const db = await open()
    await register(db, maria)
    await register(db, pedro)
    const goods = [{ code: 'CH', description: 'Chequera', quantity: 1 }]
    const guide = deliveryNote(draft(9), rosa, [
      { to: maria, goods },
      { to: pedro, goods },
      { to: rosa, goods },
    ])
    await load(db, [guide])
    expect((await addresses(db)).sort()).toEqual([maria.email, pedro.email].sort())
  })

  test('keeps quiet for who has no confirmed address or wants none, and lists for the daily ones', async () => {
    const db = await open()
    await register(db, maria, { email: null })
    await register(db, pedro, { alerts: 'off' })
    const daily = await register(db, rosa, { alerts: 'daily' })
    await load(db, [bill(1), bill(2, pedro), bill(3, rosa), bill(4, rosa)])
    expect(await addresses(db)).toEqual([])
    const items = await db.selectFrom('digest_item').selectAll().execute()
    expect(items.map((item) => item.login_id)).toEqual([daily.loginId, daily.loginId])
  })

  test('does not announce what the SRI has not authorised', async () => {
    const db = await open()
    await register(db)
    await load(db, [bill(1)], NOW, { status: 'EN PROCESO' })
    expect(await db.selectFrom('receipt').select('status').execute()).toEqual([
      { status: 'pending' },
    ])
    expect(await addresses(db)).toEqual([])
  })

  test('sends a copy three times a day, and not a fourth', async () => {
    const db = await open()
    const { loginId } = await register(db)
    await load(db, [bill(1)])
    await db.deleteFrom('mail').execute()
    const receipt = await db
      .selectFrom('receipt')
      .select(['id', 'access_key as accessKey'])
      .executeTakeFirstOrThrow()
    const copy = (now = NOW) => transaction(db, (tx) => resendReceipt(tx, loginId, receipt, now))
    expect(await copy()).toEqual({ ok: true, address: 'mar•••@correo.example' })
    const rest = await Promise.all([copy(), copy(), copy()])
    expect(rest.filter(({ ok }) => ok)).toHaveLength(2)
    expect(await copy()).toEqual({ ok: false, refusal: 'too-many-today' })
    expect(await addresses(db)).toHaveLength(3)
    expect(await copy(new Date('2026-11-22T17:00:00.000Z'))).toMatchObject({ ok: true })
  })
})

test('announces ten thousand receipts by few statements', async () => {
  const db = await openSqlite()
  const { partyId } = await register(db)
  const kept = Array.from({ length: 10_000 }, (_, at) => ({
    receiptId: at + 1,
    accessKey: String(at).padStart(49, '0'),
    kind: 'invoice' as const,
    status: 'authorized' as const,
    number: '001-002-000018710',
    totalCents: 6_440,
    partyIds: [partyId, 1_000_000 + at],
  }))
  expect(await transaction(db, (tx) => alertCustomers(tx, kept, NOW))).toBe(10_000)
})
