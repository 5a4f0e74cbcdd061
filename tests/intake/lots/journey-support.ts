import { expect } from 'vitest'
import type { Person } from '#fixtures/people.ts'
import type { Answer } from '#fixtures/receipts/authorized.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { transaction } from '#src/db/transaction.ts'
import { FOLLOW_RECEIPTS } from '#src/intake/lots/journey/follow-receipts.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import type { Day } from '#src/values/day.ts'
import { repeatJob } from '#src/work/job-store.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'
import { openWorker } from '#tests/outbox/outbox.ts'
import type { Sink } from '#tests/outbox/sink.ts'
import type { TestPortal, Visitor } from '#tests/support/portal.ts'
import type { SentFile } from './support.ts'
import { work } from './support.ts'

const lines = [{ code: 'SW', description: 'Transferencia al exterior', cents: 5_600 }]

/** An invoice to somebody. */
export function billOf(sequence: number, to: Person): ReceiptDocument {
  return invoice({ day: '2026-11-16' as Day, series: '001-002', sequence }, to, lines)
}

/** The same, authorised, as a file. */
export function bill(sequence: number, to: Person, answer: Answer = {}): SentFile {
  return { name: `${sequence}.xml`, content: authorizedXml(billOf(sequence, to), answer) }
}

/** What the clock and the thread of long work do once a minute. */
export async function follow(portal: TestPortal): Promise<void> {
  await transaction(portal.db, (tx) => repeatJob(tx, FOLLOW_RECEIPTS, portal.clock.now()))
  await work(portal)
}

/** Sends what waits, by the portal's own words. */
export async function sendMails({ db, house, clock }: TestPortal, sink: Sink): Promise<void> {
  const worker = openWorker(db, sink.url, {
    composers: house.composers,
    clock: { ...stoppedClock(), now: clock.now },
  })
  await worker.runOnce()
  await worker.stop()
}

/** `{ Enviados: [4, 3] }`: how many reached a step, and how many stopped there. */
export async function funnelOn(browser: Visitor, address: string) {
  const { body, statusCode } = await browser.get(address)
  expect(statusCode).toBe(200)
  const table = /<table class="tabla embudo">([\s\S]*?)<\/table>/.exec(body)?.[1] ?? ''
  const rows = table.split('<tr').slice(2)
  return Object.fromEntries(
    rows.map((row) => {
      const name = /<th scope="row">([^\n<]*)/.exec(row)?.[1]?.trim()
      const cells = [...row.matchAll(/<td class="cifra">(?:<a[^>]*>)?([\d.]+)/g)]
      return [name, cells.map(([, text = '']) => Number(text.replaceAll('.', '')))]
    }),
  )
}

/** How far each receipt has come, in the order of its lots. */
export async function stagesOf({ db }: TestPortal): Promise<(string | null)[]> {
  const rows = await db
    .selectFrom('lot_item')
    .select('stage')
    .orderBy('lot_id')
    .orderBy('n')
    .execute()
  return rows.map(({ stage }) => stage)
}

/** The counts that are kept are those of the items themselves. */
export async function expectCountsToAgree({ db }: TestPortal): Promise<void> {
  const items = await db
    .selectFrom('lot_item')
    .where('stage', 'is not', null)
    .groupBy(['lot_id', 'stage'])
    .select(({ fn }) => ['lot_id', 'stage', fn.countAll<number>().as('items')])
    .execute()
  const kept = await db.selectFrom('lot_stage').selectAll().where('items', '<>', 0).execute()
  const plain = (rows: readonly { lot_id: number; stage: string | null; items: number }[]) =>
    rows.map(({ lot_id, stage, items: count }) => `${lot_id} ${stage} ${Number(count)}`).sort()
  expect(plain(kept)).toEqual(plain(items))
}
