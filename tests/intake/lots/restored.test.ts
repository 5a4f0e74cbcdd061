import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { backUp } from '#src/backoffice/back-up.ts'
import { restore } from '#src/backoffice/restore.ts'
import { openJobWorker } from '#src/jobs.ts'
import { dayOf } from '#src/values/day.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { zipBytes } from '#tests/intake/zip-bytes.ts'
import { openSqlite, temporaryFolder } from '#tests/support/databases.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { approve, bank, readLot, work } from './support.ts'

/** One group more than a little. */
const COUNT = 1_100
const key = crypto.randomBytes(32)

/** Publishes a first group of about a thousand, and leaves the job in the hands of a worker as a kill would. */
async function halfPublished(portal: TestPortal): Promise<void> {
  const asked: Promise<unknown>[] = []
  const now = () => {
    const running = portal.db.updateTable('job').set({ wish: 'pause' })
    asked.push(running.where('status', '=', 'running').execute())
    return portal.clock.now()
  }
  await openJobWorker({ ...portal.context, now }).runOnce()
  await Promise.all(asked)
  const until = new Date(portal.clock.now().getTime() + 20_000).toISOString()
  await portal.db
    .updateTable('job')
    .set({ status: 'running', wish: null, claimed_by: 'otra:1:x', claimed_until: until })
    .where('status', '=', 'paused')
    .execute()
}

async function job({ db }: TestPortal) {
  return db
    .selectFrom('job')
    .select(['status', 'done', 'problem'])
    .where('kind', '=', 'lot.publish')
    .executeTakeFirstOrThrow()
}

async function receipts({ db }: TestPortal): Promise<number> {
  return (await db.selectFrom('receipt').select('id').execute()).length
}

const lotsOf = ({ context }: TestPortal) => path.join(context.config.dataDir, 'lots')

it('goes on with what was being published, on another machine, once and to the end', async () => {
  const { portal, diego, lucia } = await bank()
  const crowd = [...manyReceipts({ count: COUNT, people: 5, seed: 4, lastDay: dayOf(START) })]
  const content = zipBytes(crowd.map(({ name, xml }) => ({ name, content: xml })))
  const lot = await readLot(portal, diego, [{ name: 'todo.zip', content }])
  await diego.post(`${lot}/publicacion`)
  await approve(lucia)
  await halfPublished(portal)
  const { status, done: half } = await job(portal)
  expect([status, half > 0, half < COUNT]).toEqual(['running', true, true])

  const file = path.join(temporaryFolder(), 'portal.backup')
  await backUp(portal.db, file, key, portal.clock.now())
  const target = await openSqlite()
  expect(await restore(target, file, key, portal.clock.now())).toMatchObject({ ok: true })
  const there = await openPortal({ db: target, start: portal.clock.now() })
  await work(there)
  // Whoever holds it may still be alive, for all that anybody knows there.
  expect(await job(there)).toMatchObject({ status: 'running', done: half })
  there.clock.advance({ seconds: 31 })
  await work(there)
  expect(await job(there)).toMatchObject({
    status: 'failed',
    problem: expect.stringContaining('ya no están en el disco'),
  })
  expect(await receipts(there)).toBe(half)

  // The files are no part of the backup: once they were brought too it goes on.
  fs.cpSync(lotsOf(portal), lotsOf(there), { recursive: true })
  const { browser: dora } = await colleague(there, 'dora', 'loader')
  await dora.post(`${lot}/reanudacion`)
  await work(there)
  expect(await job(there)).toMatchObject({ status: 'done', done: COUNT })
  expect(await receipts(there)).toBe(COUNT)
  const published = await target
    .selectFrom('lot_item')
    .select(({ fn }) => fn.count<number>('receipt_id').distinct().as('count'))
    .where('outcome', '=', 'loaded')
    .executeTakeFirstOrThrow()
  expect(published.count).toBe(COUNT)
  expect((await dora.get(lot)).body).toContain('Publicado')
}, 180_000)
