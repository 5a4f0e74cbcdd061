import { expect, test } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { emissionSource } from '#src/intake/emissions/emission-store.ts'
import { beginIssuingLot, followIssued } from '#src/intake/lots/rows/issue-lot.ts'
import { countLotIssuances } from '#src/issuing/issuance/issuance-store.ts'
import { keepPoint } from '#src/issuing/issuer/issuer-store.ts'
import { begin, foundBank, numbersUsed, request, upTo } from '#tests/issuing/bank.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { bank, publish, readLot, work } from './support.ts'

async function itemsOf(db: Db) {
  return db
    .selectFrom('lot_item')
    .select(['n', 'outcome', 'receipt_id', 'code', 'message'])
    .orderBy('n')
    .execute()
}

/** The example of a template, published by two people. */
async function publishedLot(db: Db) {
  const people = await bank(db)
  const { portal, diego, lucia } = people
  const { body } = await diego.get('/interno/lotes/plantillas/factura.csv')
  const lot = await readLot(portal, diego, [{ name: 'comisiones.csv', content: body }], 'factura')
  await publish(portal, diego, lucia, lot)
  await work(portal)
  return { ...people, lot }
}

/** A program asks for an invoice under a reference. */
async function asked(db: Db, reference: string): Promise<void> {
  const [begun] = await begin(db, [request(emissionSource('invoice', reference))])
  expect(begun).toMatchObject({ ok: true })
}

eachDatabase((open) => {
  test('takes the rows of a published lot to receipts, and the lot follows', async () => {
    const db = await open()
    await foundBank(db)
    const { portal } = await publishedLot(db)
    const items = await itemsOf(db)
    expect(items.length).toBeGreaterThan(1)
    expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['issuing']))
    const series = Object.values(await numbersUsed(db))
    for (const numbers of series) expect(numbers).toEqual(upTo(numbers.length))
    expect(series.flat()).toHaveLength(items.length)
    const { id: lotId } = await db.selectFrom('lot').select('id').executeTakeFirstOrThrow()
    expect(await countLotIssuances(db, lotId)).toEqual({ numbered: items.length })
    const works = openWorks(db, { follow: followIssued, start: portal.context.now() })
    await works.round(3)
    const after = await itemsOf(db)
    expect(new Set(after.map(({ outcome }) => outcome))).toEqual(new Set(['loaded']))
    const receipts = await db.selectFrom('receipt').select('id').execute()
    expect(after.map((item) => item.receipt_id).sort()).toEqual(receipts.map(({ id }) => id).sort())
    expect(await countLotIssuances(db, lotId)).toEqual({ authorized: items.length })
  })

  test('leaves out the rows that a program asked for first, at reading and at publishing', async () => {
    const db = await open()
    await foundBank(db)
    const { portal, diego, lucia } = await bank(db)
    const { body } = await diego.get('/interno/lotes/plantillas/factura.csv')
    const file = { name: 'comisiones.csv', content: body }
    const [first, second] = ['COM-2026-11-000001', 'COM-2026-11-000002'] as const
    await asked(db, first)
    const lot = await readLot(portal, diego, [file], 'factura')
    expect((await itemsOf(db))[0]).toMatchObject({ outcome: 'refused', code: 'asked-by-program' })
    await asked(db, second)
    await publish(portal, diego, lucia, lot)
    await work(portal)
    expect((await itemsOf(db))[1]).toMatchObject({ outcome: 'repeated' })
    const sources = await db.selectFrom('issuance').select('source').execute()
    const twice = sources.filter(({ source }) => /:(1|2)$/.test(source))
    expect(twice).toEqual([])
  })

  test('waits without an issuer, says at each place why there is no number, and goes on when asked', async () => {
    const db = await open()
    const { portal } = await publishedLot(db)
    expect(new Set((await itemsOf(db)).map(({ outcome }) => outcome))).toEqual(
      new Set(['to-issue']),
    )
    const issuerId = await foundBank(db)
    const { id: lotId } = await db.selectFrom('lot').select('id').executeTakeFirstOrThrow()
    const setActive = (active: boolean) =>
      transaction(db, async (tx) => {
        for (const point of ['001', '002']) {
          const isDefault = point === '001'
          await keepPoint(tx, issuerId, { establishment: '001', point, active, isDefault })
        }
        await beginIssuingLot(tx, lotId, portal.context.now())
      })
    await setActive(false)
    await work(portal)
    for (const item of await itemsOf(db)) {
      expect(item).toMatchObject({ outcome: 'to-issue', message: expect.stringMatching(/punto/) })
    }
    expect(await numbersUsed(db)).toEqual({})
    await setActive(true)
    await work(portal)
    expect(new Set((await itemsOf(db)).map(({ outcome }) => outcome))).toEqual(new Set(['issuing']))
  })

  test('withdraws what has no number yet, and nothing that has one', async () => {
    const db = await open()
    await foundBank(db)
    const { portal, diego, lucia, lot } = await publishedLot(db)
    await diego.post(`${lot}/retiro`, { motivo: 'No era' })
    const { body } = await lucia.get('/interno/aprobaciones')
    const id = /action="\/interno\/aprobaciones\/(\d+)\/aprobacion"/.exec(body)?.[1]
    if (id) await lucia.post(`/interno/aprobaciones/${id}/aprobacion`)
    await work(portal)
    expect(new Set((await itemsOf(db)).map(({ outcome }) => outcome))).toEqual(new Set(['issuing']))
  })
})
