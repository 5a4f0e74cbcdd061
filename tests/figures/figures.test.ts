import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { pedro } from '#fixtures/people.ts'
import { chanceOf } from '#fixtures/random.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { manyDocuments } from '#fixtures/receipts/many.ts'
import { verify } from '#src/backoffice/verify.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { figuresOf } from '#src/figures/figure-store.ts'
import { MAIL_FAILED, MAIL_SENT } from '#src/outbox/mail-figures.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { packDocument } from '#src/receipts/documents/stored-document.ts'
import { keepReceipts } from '#src/receipts/kept/keep-receipts.ts'
import type { ReadyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { readyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import { LOADED, receiptFigure } from '#src/receipts/kept/receipt-figures.ts'
import { withdrawReceipts } from '#src/receipts/kept/withdrawn-store.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import type { Day } from '#src/values/day.ts'
import { doEverything } from '#tests/identity/everything.ts'
import { stoppedClock as mailClock } from '#tests/outbox/clock.ts'
import { note, openWorker, queue } from '#tests/outbox/outbox.ts'
import { openSink } from '#tests/outbox/sink.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { openPortal, stoppedClock, testContext } from '#tests/support/portal.ts'
import { up } from '../../migrations/0013_figures.ts'

/** A day before what the clock of Guayaquil says at midnight in Greenwich. */
const LATE = new Date('2026-11-22T03:30:00.000Z')
const YEAR = { from: '2026-01-01' as Day, to: '2026-12-31' as Day }

function ready(document: ReceiptDocument, status?: string): ReadyReceipt {
  const file = Buffer.from(authorizedXml(document, status ? { status } : {}))
  const reading = readReceipt(file)
  if (!reading.ok) throw new Error(reading.refusal.message)
  return readyReceipt(reading.receipt, file, 'receipt.xml', (bytes) => packDocument(bytes, null))
}

const ANSWERS = [...manyDocuments({ count: 30, people: 4, seed: 9 })].flatMap((document) => [
  ready(document, 'EN PROCESO'),
  ready(document),
  ready(document, 'NO AUTORIZADO'),
])

/** What `verify` says of the figures, which it counts anew from the facts. */
async function wrongFigures(db: Db): Promise<readonly string[]> {
  const { checks } = await verify(testContext(db, stoppedClock()))
  const check = checks.find(({ name }) => name.startsWith('Cifras'))
  if (!check) throw new Error('verify does not look at the figures')
  return check.problems
}

eachDatabase((open) => {
  test('receipts are counted right through loads at once, late answers and withdrawals', async () => {
    const db = await open()
    for (const seed of [1, 2, 3, 4, 5]) {
      const chance = chanceOf(seed)
      const load = (now: Date) => {
        const files = Array.from({ length: chance.between(1, 20) }, () => chance.pick(ANSWERS))
        return transaction(db, (tx) => keepReceipts(tx, files, { policy: amazonas }, now))
      }
      await Promise.all([load(LATE), load(new Date('2026-11-22T12:00:00.000Z'))])
      expect(await wrongFigures(db)).toEqual([])
      const ids = (await db.selectFrom('receipt').select('id').execute()).map(({ id }) => id)
      const some = ids.filter(() => chance.between(1, 3) === 1)
      await Promise.all([transaction(db, (tx) => withdrawReceipts(tx, some, LATE)), load(LATE)])
      expect(await wrongFigures(db)).toEqual([])
    }
    const { count } = await db
      .selectFrom('receipt')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    const loaded = await figuresOf(db, [LOADED], YEAR, 'day')
    expect(loaded.reduce((sum, { value }) => sum + value, 0)).toBe(count)
    expect(loaded.map(({ at }) => at).sort()).toEqual(['2026-11-21', '2026-11-22'])
  })

  test('a receipt that is nobody’s counts too, and months are the sum of their days', async () => {
    const db = await open()
    const days = ['2026-10-31', '2026-11-01', '2026-11-30'] as Day[]
    await addReceipts(
      db,
      [],
      days.map((issuedOn) => aReceipt({ issuedOn })),
    )
    const name = receiptFigure('invoice', 'authorized')
    const months = await figuresOf(db, [name], YEAR, 'month')
    expect(months.toSorted((a, b) => (a.at < b.at ? -1 : 1))).toEqual([
      { name, at: '2026-10', value: 1, cents: 1_000 },
      { name, at: '2026-11', value: 2, cents: 2_000 },
    ])
  })

  test('what people do is counted by the chain, and mails when they leave', async () => {
    const db = await open()
    const portal = await openPortal({ db })
    await doEverything(portal)
    const sink = await openSink()
    const clock = mailClock()
    await register(db, pedro, { alerts: 'each' })
    const worker = openWorker(db, sink.url, { clock })
    const late = note('rosa', { expiresAt: clock.now() })
    await queue(db, [note('maria', { urgent: true }), note('pedro'), late], clock.now())
    await worker.runOnce()
    await worker.stop()
    await sink.close()
    expect(await wrongFigures(db)).toEqual([])
    const figures = [MAIL_SENT, MAIL_FAILED, 'audit.login.signed-in', 'audit.first-login.completed']
    const rows = await figuresOf(db, figures, YEAR, 'month')
    expect(rows.map(({ name }) => name).sort()).toEqual(figures.toSorted())
  })

  test('the migration counts what was there before it', async () => {
    const db = await open()
    const portal = await openPortal({ db })
    await doEverything(portal)
    const files = ANSWERS.slice(0, 40)
    await transaction(db, (tx) => keepReceipts(tx, files, { policy: amazonas }, LATE))
    const figures = () =>
      db.selectFrom('day_figure').selectAll().orderBy('name').orderBy('day').execute()
    const kept = await figures()
    expect(kept.length).toBeGreaterThan(10)
    for (const table of ['day_figure', 'worker'])
      await sql`drop table ${sql.table(table)}`.execute(db)
    for (const index of ['receipt_pending', 'lot_open', 'job_failed'])
      await sql`drop index ${sql.id(index)}`.execute(db)
    await up(db as never)
    expect(await figures()).toEqual(kept)
    expect(await wrongFigures(db)).toEqual([])
  })
})
