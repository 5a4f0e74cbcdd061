import { expect, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import type { Draft } from '#fixtures/receipts/draft.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { emissionSource } from '#src/intake/emissions/emission-store.ts'
import { formatLotNumber } from '#src/intake/lots/lot.ts'
import { followIssued } from '#src/intake/lots/rows/issue-lot.ts'
import { draftCreditNote } from '#src/issuing/credit-notes/draft-credit-note.ts'
import { countLotIssuances } from '#src/issuing/issuance/issuance-store.ts'
import { keepPoint } from '#src/issuing/issuer/issuer-store.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'
import { begin, foundBank, numbersUsed, request, upTo } from '#tests/issuing/bank.ts'
import { openWorks } from '#tests/issuing/works.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { bank, publish, readLot, work } from './support.ts'

async function itemsOf(db: Db) {
  return db
    .selectFrom('lot_item')
    .select(['n', 'outcome', 'receipt_id', 'code', 'message'])
    .orderBy('n')
    .execute()
}

async function countedIn(db: Db) {
  const { month, sequence, summary } = await db
    .selectFrom('lot')
    .select(['month', 'sequence', 'summary'])
    .executeTakeFirstOrThrow()
  const { outcomes } = JSON.parse(summary ?? '{}')
  return { number: formatLotNumber({ month, sequence }), outcomes }
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

const ACCOUNT = { code: 'S', description: 'Estado de cuenta', cents: 100 }

/** A credit note of so many cents before tax, of María's invoice for her account. */
function noteOf(bill: Draft, amount: number) {
  const wish = {
    issuedOn: '2026-11-20' as Day,
    reason: 'Devolución',
    email: null,
    amounts: new Map([[0, cents(amount)]]),
  }
  const drafted = draftCreditNote(invoice(bill, maria, [ACCOUNT]), [], wish)
  if (!drafted.ok) throw new Error(drafted.refusal)
  return { ...drafted.draft, series: null }
}

eachDatabase((open) => {
  test('takes the rows of a published lot to receipts, and the lot follows', async () => {
    const db = await open()
    await foundBank(db)
    const { portal, diego, lucia, lot } = await publishedLot(db)
    const standing = async () => {
      const { body } = await diego.get(lot)
      const count = /<dt>Autorizados por el SRI<\/dt><dd>(\d+)/.exec(body)?.[1]
      return [/<h1>[\s\S]*?insignia[^>]*>([^<]+)/.exec(body)?.[1], count]
    }
    const proposals = (await lucia.get('/interno/aprobaciones')).body
    expect(proposals).toContain('Emitir un lote')
    expect(proposals).not.toContain('Publicar un lote')
    expect(await standing()).toEqual(['En emisión', undefined])
    const items = await itemsOf(db)
    expect(items.length).toBeGreaterThan(1)
    expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['issuing']))
    const series = Object.values(await numbersUsed(db))
    for (const numbers of series) expect(numbers).toEqual(upTo(numbers.length))
    expect(series.flat()).toHaveLength(items.length)
    const { id: lotId } = await db.selectFrom('lot').select('id').executeTakeFirstOrThrow()
    expect(await countLotIssuances(db, lotId)).toEqual({ numbered: items.length })
    const { number } = await countedIn(db)
    expect((await countedIn(db)).outcomes).toEqual({ issuing: items.length })
    const way = `/interno/envios?lote=${number}&amp;estado=por-firmar`
    expect((await diego.get(lot)).body).toContain(way)
    const { body: listed } = await diego.get(`/interno/envios?lote=${number}`)
    expect(listed.match(/lote <a/g)).toHaveLength(items.length)
    const works = openWorks(db, { follow: followIssued, start: portal.context.now() })
    // One of them is returned: what has come back is counted, and the lot is not done.
    let returned = ''
    works.sri.judge = (document) => {
      returned ||= document
      return document === returned ? { returned: '35' } : null
    }
    await works.round(3)
    expect(await standing()).toEqual(['En emisión', String(items.length - 1)])
    expect((await diego.get('/interno/lotes')).body).toContain('En emisión')
    works.sri.judge = () => null
    const at = portal.context.now().toISOString()
    await db
      .updateTable('issuance')
      .set({ state: 'ready', spent_at: at })
      .where('state', '=', 'returned')
      .execute()
    // Where it is counted it is listed.
    const spentHere = `/interno/envios?lote=${number}&amp;estado=sin-intentos`
    expect((await diego.get(lot)).body).toContain(spentHere)
    const { body: spent } = await diego.get(`/interno/envios?lote=${number}&estado=sin-intentos`)
    expect(spent.match(/lote <a/g)).toHaveLength(1)
    await db
      .updateTable('issuance')
      .set({ spent_at: null, next_step: 'send', next_at: at })
      .where('state', '=', 'ready')
      .execute()
    await works.round(3)
    expect(await standing()).toEqual(['Emitido', String(items.length)])
    expect((await diego.get('/interno/lotes')).body).toContain('Emitido')
    expect((await countedIn(db)).outcomes).toEqual({ loaded: items.length })
    // What the SRI has is annulled; there is nothing to withdraw.
    expect((await diego.get(lot)).body).not.toContain(`${lot}/retiro`)
    await diego.post(`${lot}/retiro`, { motivo: 'No era' })
    expect((await lucia.get('/interno/aprobaciones')).body).not.toContain('Retirar un lote')
    const after = await itemsOf(db)
    expect(new Set(after.map(({ outcome }) => outcome))).toEqual(new Set(['loaded']))
    const receipts = await db.selectFrom('receipt').select('id').execute()
    expect(after.map((item) => item.receipt_id).sort()).toEqual(receipts.map(({ id }) => id).sort())
    expect(await countLotIssuances(db, lotId)).toEqual({ authorized: items.length })
    // Brought once more they are what was issued, and not to be issued again.
    const { body: example } = await diego.get('/interno/lotes/plantillas/factura.csv')
    await readLot(portal, diego, [{ name: 'otra vez.csv', content: example }], 'factura')
    const repeats = (await itemsOf(db)).filter(({ code }) => code === 'in-other-lot')
    expect(repeats).toHaveLength(items.length)
    expect(repeats[0]?.message).toContain(number)
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

  test('holds credit notes in rows against their invoice, at reading, mending and issuing', async () => {
    const db = await open()
    await foundBank(db, { environment: 'production' })
    await register(db, maria)
    const bill = { day: '2026-11-16' as Day, series: '001-002', sequence: 18_710 }
    await load(db, [invoice(bill, maria, [ACCOUNT])])
    const { portal, diego, lucia } = await bank(db)
    const example = (await diego.get('/interno/lotes/plantillas/nota-credito.csv')).body
    const [head, row = ''] = example.split('\r\n')
    // Each gives 0.41 back of 1.15; the third by another invoice, that nobody knows.
    const rowOf = (n: number) => row.replace('000001', `00000${n}`)
    const other = rowOf(3).replace('001-002-000018710', '001-002-000000002')
    const lines = [head, rowOf(1), rowOf(2), other, rowOf(4), '']
    const file = { name: 'reversos.csv', content: lines.join('\r\n') }
    const lot = await readLot(portal, diego, [file], 'nota-credito')
    const found = await itemsOf(db)
    expect(found.map(({ outcome }) => outcome)).toEqual(['new', 'new', 'new', 'refused'])
    expect(found[3]).toMatchObject({ code: 'credit-held' })
    for (const said of ['$0,41', '001-002-000018710', '$0,33']) {
      expect(found[3]?.message).toContain(said)
    }
    const mending = await diego.get(`${lot}/filas/4`)
    expect(mending.body).toContain('$0,33')
    expect((await diego.post(`${lot}/filas/4`, {})).statusCode).toBe(422)
    // Meanwhile the first of them is given back in another way, and for the second nothing is left.
    const taken = noteOf(bill, 50)
    expect((await begin(db, [request('meanwhile', taken)]))[0]).toMatchObject({ ok: true })
    await publish(portal, diego, lucia, lot)
    await work(portal)
    expect(await itemsOf(db)).toMatchObject([
      { outcome: 'issuing', message: null },
      { outcome: 'to-issue', code: 'gives-too-much', message: expect.stringContaining('$0,16') },
      { outcome: 'issuing' },
      { outcome: 'refused' },
    ])
    expect(upTo(3)).toEqual(Object.values(await numbersUsed(db))[0])
  })

  test('waits without an issuer, says at each place why there is no number, and goes on when asked', async () => {
    const db = await open()
    const { portal, diego, lot } = await publishedLot(db)
    expect((await diego.get(lot)).body).toContain('Emitir lo que falta')
    const asked = await diego.post(`${lot}/emision`)
    expect((await diego.get(String(asked.headers.location))).body).toContain('Falta el emisor')
    expect(new Set((await itemsOf(db)).map(({ outcome }) => outcome))).toEqual(
      new Set(['to-issue']),
    )
    const issuerId = await foundBank(db)
    const setActive = async (active: boolean) => {
      await transaction(db, async (tx) => {
        for (const point of ['001', '002']) {
          const isDefault = point === '001'
          await keepPoint(tx, issuerId, { establishment: '001', point, active, isDefault })
        }
      })
      await diego.post(`${lot}/emision`)
      await diego.post(`${lot}/pausa`)
      await work(portal)
      // Held between two steps, by who loads, and given up by nobody.
      expect(await numbersUsed(db)).toEqual({})
      await diego.post(`${lot}/cancelacion`)
      expect((await diego.get(lot)).body).toContain('Dando su número')
      await diego.post(`${lot}/reanudacion`)
    }
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
