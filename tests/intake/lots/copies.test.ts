import { expect, it } from 'vitest'
import { finalConsumer, maria, pedro } from '#fixtures/people.ts'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import type { Db } from '#src/db/open.ts'
import { dayOf } from '#src/values/day.ts'
import { MARIA, signUp } from '#tests/identity/support.ts'
import { zipBytes } from '#tests/intake/zip-bytes.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { START } from '#tests/support/portal.ts'
import { bill } from './journey-support.ts'
import type { SentFile } from './support.ts'
import { approve, bank, publish, readLot, work } from './support.ts'

const WAITING = { status: 'EN PROCESO' } as const
const authorized = { ...bill(1, maria), name: 'autorizada.xml' }
const waiting = { ...bill(1, maria, WAITING), name: 'en-proceso.xml' }
const again = { ...bill(1, maria, WAITING), name: 'en-proceso-otra-vez.xml' }
const other = bill(2, pedro)
const COPIES = [authorized, waiting, again]

function ordersOf<One>(all: readonly One[]): One[][] {
  if (all.length < 2) return [[...all]]
  return all.flatMap((one) =>
    ordersOf(all.filter((another) => another !== one)).map((rest) => [one, ...rest]),
  )
}

/** What became of each file by its name, and of each receipt, as far as both tell it. */
async function tale({ db }: TestPortal) {
  const items = await db
    .selectFrom('lot_item')
    .leftJoin('receipt', 'receipt.id', 'lot_item.receipt_id')
    .select(['lot_item.outcome', 'lot_item.name', 'receipt.file_name'])
    .where('lot_id', '=', (eb) => eb.selectFrom('lot').select(({ fn }) => fn.max('id').as('id')))
    .execute()
  const receipts = await db
    .selectFrom('receipt')
    .select(['access_key', 'status', 'file_name'])
    .orderBy('access_key')
    .execute()
  const named = items.map(({ name, file_name, outcome }) => {
    const last = (name ?? file_name ?? '').split('/').at(-1)
    return `${last?.startsWith('en-proceso') ? 'en-proceso' : last}: ${outcome}`
  })
  return { files: named.sort(), receipts }
}

async function summaryOf({ db }: TestPortal) {
  const row = await db.selectFrom('lot').select('summary').orderBy('id', 'desc').executeTakeFirst()
  const { samples: _, badSignatures, ...sums } = JSON.parse(row?.summary ?? '{}')
  // Their places are those of the order.
  const named = badSignatures?.first.map(({ name }: { name: string }) => name.split('/').at(-1))
  return { ...sums, badSignatures: { count: badSignatures?.count ?? 0, named } }
}

async function readAndPublished(db: Db | undefined, files: SentFile[], before: SentFile[] = []) {
  const { portal, diego, lucia } = await bank(db)
  if (before.length > 0) await publish(portal, diego, lucia, await readLot(portal, diego, before))
  const lot = await readLot(portal, diego, files)
  const foreseen = await summaryOf(portal)
  await publish(portal, diego, lucia, lot)
  return { foreseen, ...(await tale(portal)) }
}

eachDatabase((open) => {
  it('publishes the authorised copy of a receipt, whichever comes first in the lot', async () => {
    for (const files of [
      [waiting, authorized, other],
      [authorized, other, waiting],
    ]) {
      const { files: became, receipts, foreseen } = await readAndPublished(await open(), files)
      expect(became).toEqual(['2.xml: loaded', 'autorizada.xml: loaded', 'en-proceso: repeated'])
      expect(receipts.map(({ status }) => status)).toEqual(['authorized', 'authorized'])
      expect(foreseen).toMatchObject({
        outcomes: { new: 2, repeated: 1 },
        kinds: { invoice: { count: 2 } },
      })
    }
  })

  it('no longer says that a lot authorised what was withdrawn with another', async () => {
    const { portal, diego, lucia } = await bank(await open())
    const first = await readLot(portal, diego, [waiting, bill(3, finalConsumer, WAITING)])
    await publish(portal, diego, lucia, first)
    const second = await readLot(portal, diego, [authorized, other])
    await publish(portal, diego, lucia, second)
    expect((await diego.get(second)).body).toContain('Autorizados ahora')
    await diego.post(`${first}/retiro`)
    await approve(lucia)
    await work(portal)
    const { body } = await diego.get(second)
    expect(body).not.toContain('Autorizados ahora')
    expect(body.replace(/<[^>]*>|\s+/g, ' ').replace(/ +/g, ' ')).toContain('Retirados 1')
    expect(await tale(portal)).toMatchObject({
      files: ['2.xml: loaded', 'autorizada.xml: withdrawn'],
      receipts: [{ status: 'authorized', file_name: '2.xml' }],
    })
  })
})

it('tells the same tale of the copies of a receipt in whatever order they come', async () => {
  const [first, ...rest] = ordersOf(COPIES)
  const expected = await readAndPublished(undefined, first ?? [])
  for (const files of rest) expect(await readAndPublished(undefined, files)).toEqual(expected)
})

it.each([
  ['the very same copy', [waiting]],
  ['another copy', [{ ...waiting, content: String(waiting.content).replace('?>', '?>\n') }]],
])('and when %s of it waits for its answer already', async (_, before) => {
  const [first, ...rest] = ordersOf([authorized, waiting, again])
  const expected = await readAndPublished(undefined, first ?? [], before)
  expect(expected.receipts.map(({ status }) => status)).toEqual(['authorized'])
  expect(expected.foreseen.outcomes.awaited).toBe(1)
  for (const files of rest) {
    expect(await readAndPublished(undefined, files, before)).toEqual(expected)
  }
})

it('brings nothing with a copy from before the authorisation that is there', async () => {
  const { portal, diego, lucia } = await bank()
  await publish(portal, diego, lucia, await readLot(portal, diego, [authorized]))
  const lot = await readLot(portal, diego, [waiting])
  expect(await summaryOf(portal)).toMatchObject({ outcomes: { duplicated: 1 }, reach: {} })
  expect((await diego.get(lot)).body).toContain('Todo lo que trae ya estaba en el portal')
})

it('foresees a mail for nothing that the SRI has not authorised', async () => {
  const { portal, diego } = await bank()
  await signUp(portal, { ...MARIA, number: maria.id })
  await readLot(portal, diego, [waiting, { ...bill(4, maria), name: 'autorizada-4.xml' }])
  expect((await summaryOf(portal)).reach).toEqual({ unauthorized: 1, mail: 1 })
})

it('finds the pending copy though more than a thousand receipts lie between', async () => {
  const crowd = [...manyReceipts({ count: 1_100, people: 5, seed: 3, lastDay: dayOf(START) })]
  const zip = zipBytes([
    { name: 'a.xml', content: waiting.content },
    ...crowd.map(({ name, xml }) => ({ name, content: xml })),
    { name: 'z.xml', content: authorized.content },
  ])
  const { portal, diego } = await bank()
  await readLot(portal, diego, [{ name: 'todo.zip', content: zip }])
  const ends = await portal.db
    .selectFrom('lot_item')
    .select(['n', 'outcome', 'reach'])
    .where('n', 'in', [1, 1_102])
    .orderBy('n')
    .execute()
  expect(ends).toEqual([
    { n: 1, outcome: 'repeated', reach: null },
    { n: 1_102, outcome: 'new', reach: 'no-address' },
  ])
  expect((await summaryOf(portal)).outcomes).toEqual({ new: 1_101, repeated: 1 })
})
