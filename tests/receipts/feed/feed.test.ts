import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Person } from '#fixtures/people.ts'
import { maria, pedro } from '#fixtures/people.ts'
import { receiptFile } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { services } from '#fixtures/receipts/services.ts'
import type { Db } from '#src/db/open.ts'
import type { Tx } from '#src/db/transaction.ts'
import { transaction } from '#src/db/transaction.ts'
import { findPartyByNumber } from '#src/identity/parties/party-store.ts'
import { eventsOf } from '#src/receipts/feed/event-page-store.ts'
import type { ReceiptFact } from '#src/receipts/feed/event-store.ts'
import { followParty, noteEventOf, noteEvents } from '#src/receipts/feed/event-store.ts'
import { moveEvents } from '#src/receipts/feed/move-events-store.ts'
import { annulReceipt } from '#src/receipts/kept/annulled-store.ts'
import { moveReceipts } from '#src/receipts/kept/move-receipts-store.ts'
import { withdrawReceipts } from '#src/receipts/kept/withdrawn-store.ts'
import { ownScope, type ReceiptScope, type ScopePart } from '#src/receipts/scope/scope.ts'
import type { Day } from '#src/values/day.ts'
import { folderWith, load, NOW } from '../../intake/loading.ts'
import { eachDatabase } from '../../support/databases.ts'
import { openNoted, planOf } from '../../support/query-plans.ts'
import { addParty, addReceipts, aReceipt } from '../support/receipt-rows.ts'

const bill = (sequence: number, buyer: Person = maria) =>
  invoice({ day: '2026-11-16' as Day, series: '001-002', sequence }, buyer, [services.transfer])

const one = (sequence: number, buyer: Person = maria, status?: 'EN PROCESO') =>
  folderWith({ 'one.xml': receiptFile(bill(sequence, buyer), status ? { status } : {}).xml })

async function partyOf(db: Db, person: Person): Promise<number> {
  return (await findPartyByNumber(db, person.id))?.id ?? 0
}

function follow(db: Db, partyId: number): Promise<void> {
  return transaction(db, (tx) => followParty(tx, partyId, NOW))
}

function kept(partyId: number, receipt = aReceipt(), recipient = '0912345214'): ReceiptFact {
  const { accessKey, kind, issuedOn } = receipt
  return {
    what: 'kept',
    owned: {
      party_id: partyId,
      access_key: accessKey,
      kind,
      issued_on: issuedOn,
      recipient_number: recipient,
    },
  }
}

/** All that a reader is told who asks for so much at a time. */
async function readAll(db: Db, scope: ReceiptScope, size = 2, after = 0) {
  const events = []
  for (let page = await eventsOf(db, scope, { after, size }); ; ) {
    events.push(...page.events)
    if (!page.hasMore) return { events, reached: page.reached }
    page = await eventsOf(db, scope, { after: page.reached, size })
  }
}

const told = (events: readonly { what: string; accessKey: string }[]) =>
  events.map(({ what, accessKey }) => `${what} ${Number(accessKey.slice(30, 39))}`)

eachDatabase((open, make) => {
  test('tells in order all that happens to the receipts of whoever is followed, from then on', async () => {
    const db = await open()
    await load(db, one(1))
    const partyId = await partyOf(db, maria)
    await follow(db, partyId)
    await load(db, one(2, maria, 'EN PROCESO'))
    await load(db, one(2))
    await load(db, one(3))
    await load(db, one(4, pedro))
    const rows = await db.selectFrom('receipt').select(['id', 'number']).execute()
    const idOf = (last: number) => rows.find(({ number }) => number.endsWith(`00${last}`))?.id ?? 0
    await transaction(db, (tx) => noteEventOf(tx, 'annulment-asked', idOf(2), NOW))
    await transaction(db, (tx) => annulReceipt(tx, idOf(2), NOW))
    await transaction(db, (tx) => withdrawReceipts(tx, [idOf(3)], NOW))
    const { events, reached } = await readAll(db, ownScope(partyId))
    expect(told(events)).toEqual([
      'kept 2',
      'authorized 2',
      'kept 3',
      'annulment-asked 2',
      'annulled 2',
      'withdrawn 3',
    ])
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(await readAll(db, ownScope(partyId), 2, reached)).toEqual({ events: [], reached })
  })

  test('covers no more than the scope: its people, kinds and days', async () => {
    const db = await open()
    const [ana, luis] = [await addParty(db, 'Ana'), await addParty(db, 'Luis')]
    for (const id of [ana, luis]) await follow(db, id)
    const receipts = [
      aReceipt({ number: '001-001-000000001', issuedOn: '2026-10-31' as Day }),
      aReceipt({ number: '001-001-000000002', issuedOn: '2026-11-01' as Day }),
      aReceipt({
        number: '001-001-000000003',
        issuedOn: '2026-11-02' as Day,
        kind: 'withholding',
      }),
    ]
    const facts = (partyIds: number[]) =>
      receipts.flatMap((receipt) => partyIds.map((partyId) => kept(partyId, receipt)))
    await transaction(db, (tx) => noteEvents(tx, facts([ana]), NOW))
    await transaction(db, (tx) => noteEvents(tx, facts([luis, ana]), NOW))
    const read = async (part: Partial<ScopePart>) => {
      const { events } = await readAll(
        db,
        ownScope(luis).map((own) => ({ ...own, ...part })),
      )
      return told(events)
    }
    expect(await read({})).toEqual(['kept 1', 'kept 2', 'kept 3'])
    expect(await read({ kinds: ['withholding'] })).toEqual(['kept 3'])
    expect(await read({ from: '2026-11-01' as Day })).toEqual(['kept 2', 'kept 3'])
    expect(await read({ to: '2026-11-01' as Day })).toEqual(['kept 1', 'kept 2'])
    expect(await read({ recipient: '0912345214001' })).toEqual([])
    expect(await read({ recipient: '0912345214' })).toHaveLength(3)
    const both = await readAll(db, [...ownScope(ana), ...ownScope(luis), ...ownScope(ana)], 4)
    expect(both.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await readAll(db, [])).events).toEqual([])
  })

  test('lets a reader miss nothing of two facts that are noted at once, the slower one first', async () => {
    const db = await open()
    const partyId = await addParty(db, 'Ana')
    await follow(db, partyId)
    const note = (tx: Tx) => noteEvents(tx, [kept(partyId)], NOW)
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let noted = () => {}
    const hasNoted = new Promise<void>((resolve) => {
      noted = resolve
    })
    const slow = transaction(db, async (tx) => {
      await note(tx)
      noted()
      await held
    })
    await hasNoted
    const fast = transaction(db, note)
    // PGlite has one connection, which the slow one holds; on a server the fast one is seen to wait.
    if (make === 'postgres') await untilSomebodyWaits(db)
    const before = make === 'pglite' ? null : await readAll(db, ownScope(partyId))
    expect(before?.events ?? []).toEqual([])
    letGo()
    await Promise.all([slow, fast])
    const after = await readAll(db, ownScope(partyId), 2, before?.reached ?? 0)
    expect(after.events.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('has every fact that was under way on one side of the moment from which it tells', async () => {
    const db = await open()
    await load(db, one(1))
    const partyId = await partyOf(db, maria)
    const list = async () => {
      const rows = await db.selectFrom('receipt').select('access_key').execute()
      return rows.map((row) => row.access_key)
    }
    const listing = follow(db, partyId).then(list)
    const [, listed] = await Promise.all([load(db, one(2)), listing, load(db, one(3))])
    const { events } = await readAll(db, ownScope(partyId))
    const known = new Set([...listed, ...events.map(({ accessKey }) => accessKey)])
    expect(known).toEqual(new Set(await list()))
    expect(known.size).toBe(3)
  })

  test('tells who followed one of two who are one of what the other had', async () => {
    const db = await open()
    const [gone, stays] = [await addParty(db, 'Ana'), await addParty(db, 'Ana María')]
    await addReceipts(db, [stays], [aReceipt({ number: '001-001-000000001' })])
    await follow(db, gone)
    await transaction(db, (tx) => {
      const receipt = aReceipt({ number: '001-001-000000002' })
      return noteEvents(tx, [kept(gone, receipt)], NOW)
    })
    await transaction(db, async (tx) => {
      await moveEvents(tx, gone, stays, NOW)
      await moveReceipts(tx, gone, stays)
    })
    const { events } = await readAll(db, ownScope(stays))
    expect(told(events)).toEqual(['kept 2', 'kept 1'])
    expect((await readAll(db, ownScope(gone))).events).toEqual([])
  })
})

async function untilSomebodyWaits(db: Db): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks where not granted`.execute(db)
    if (rows.length > 0) return
  }
}

test('reads events from where each party’s own begin, and sorts no more than a page of each', async () => {
  const { db, queries } = await openNoted()
  const ids = [await addParty(db, 'Ana'), await addParty(db, 'Luis')]
  for (const id of ids) await follow(db, id)
  await transaction(db, (tx) =>
    noteEvents(
      tx,
      ids.map((id) => kept(id)),
      NOW,
    ),
  )
  queries.clear()
  await eventsOf(db, ids.flatMap(ownScope), { after: 0, size: 100 })
  const plans = await Promise.all([...queries.values()].map((query) => planOf(db, query)))
  const steps = plans.flat().filter((step) => step.includes('receipt_event'))
  expect(steps.filter((step) => step.startsWith('SCAN receipt_event '))).toEqual([])
  expect(steps.some((step) => /SEARCH receipt_event USING PRIMARY KEY/.test(step))).toBe(true)
})
