import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { checkDays } from '#src/receipts/checks/check-days.ts'
import { documentsOf } from '#src/receipts/documents/document-store.ts'
import { RECEIPTS_LOADED } from '#src/receipts/kept/note-kept.ts'
import { eachDatabase, makeServerDatabase, temporaryFolder } from '../support/databases.ts'
import { folderWith, load, rowCounts } from './loading.ts'

const COUNT = 2_500
const PEOPLE = 400
const PROCESS = path.join(import.meta.dirname, 'load-process.ts')

function start(database: string, ...paths: string[]) {
  const child = spawn(process.execPath, [PROCESS, database, ...paths])
  let out = ''
  child.stdout.on('data', (text) => {
    out += text
  })
  return { child, ended: once(child, 'exit').then(([code, signal]) => ({ code, signal, out })) }
}

/** Every receipt once, with its document, its one owner and, for half the people, its mail. */
async function expectComplete(db: Db, count: number): Promise<void> {
  expect(await rowCounts(db)).toEqual({
    receipt: count,
    receipt_document: count,
    receipt_owner: count,
    receipt_conflict: 0,
  })
  const ids = await db.selectFrom('receipt').select('id').orderBy('id').execute()
  for (let at = 0; at < ids.length; at += 500) {
    const page = ids.slice(at, at + 500).map((row) => row.id)
    expect((await documentsOf(db, page)).size).toBe(page.length)
  }
  const expected = await db
    .selectFrom('receipt_owner')
    .innerJoin('login', 'login.party_id', 'receipt_owner.party_id')
    .select('receipt_owner.receipt_id')
    .execute()
  const mails = await db.selectFrom('mail').select('receipt_id').execute()
  expect(mails.length).toBe(expected.length)
  expect(new Set(mails.map((mail) => mail.receipt_id)).size).toBe(expected.length)
}

/** Half of those who own something sign in, so that loading announces as well. */
async function registerHalf(db: Db): Promise<void> {
  const numbers = await db
    .selectFrom('party_identification')
    .select(['number', 'party_id'])
    .where('kind', '=', 'cedula')
    .orderBy('party_id')
    .execute()
  for (const { number, party_id } of numbers.filter((_, at) => at % 2 === 0)) {
    await db
      .insertInto('login')
      .values({
        party_id,
        username: number,
        display_name: 'CLIENTE',
        role: 'customer',
        email: `c${party_id}@correo.example`,
        created_at: '2026-11-01T00:00:00.000Z',
      })
      .execute()
  }
}

const SERVER = process.env['TEST_DATABASE_URL'] ?? ''

describe('a load killed again and again loses and doubles nothing', { timeout: 240_000 }, () => {
  test('on SQLite', () => killAgainAndAgain(`sqlite:${path.join(temporaryFolder(), 'portal.db')}`))

  test('on a PostgreSQL server', async (context) => {
    if (!SERVER) context.skip('TEST_DATABASE_URL names no server, and PGlite lives in one process')
    await killAgainAndAgain(await makeServerDatabase(SERVER))
  })
})

async function killAgainAndAgain(url: string): Promise<void> {
  const zip = path.join(temporaryFolder(), 'muchos.zip')
  await writeZip(zip, manyReceipts({ count: COUNT, people: PEOPLE, seed: 3 }))
  const db = openDb(url)
  onTestFinished(() => db.destroy())
  await migrate(db)
  const known = [...manyReceipts({ count: 20, people: PEOPLE, seed: 4 })]
  await load(db, folderWith(Object.fromEntries(known.map(({ name, xml }) => [name, xml]))))
  await registerHalf(db)
  await db.deleteFrom('mail').execute()
  const already = known.length
  let killed = 0
  for (let round = 0; round < 4; round += 1) {
    const { child, ended } = start(url, zip)
    // Killed once it has committed something more, at a moment that differs from round to round.
    const before = (await rowCounts(db))['receipt'] ?? 0
    for (;;) {
      const { receipt = 0 } = await rowCounts(db)
      const { receipt_document = 0, receipt_owner = 0 } = await rowCounts(db)
      expect(receipt_document).toBeGreaterThanOrEqual(receipt)
      expect(receipt_owner).toBeGreaterThanOrEqual(receipt)
      if (receipt > before || child.exitCode !== null) break
      await pause(5)
    }
    await pause(round * 23)
    child.kill('SIGKILL')
    const { signal } = await ended
    if (signal === 'SIGKILL') killed += 1
  }
  expect(killed).toBeGreaterThan(0)
  const { code, out } = await start(url, zip).ended
  const report = JSON.parse(out)
  expect(code).toBe(0)
  expect(report.loaded + report.duplicated).toBe(COUNT)
  expect(await notedAsLoaded(db)).toBe(COUNT + already)
  expect((await checkDays(db)).problems).toEqual([])
  await expectCompleteWithout(db, already)
}

/** How many receipts came in, as the audit chain has it; it knows of each group that was committed. */
async function notedAsLoaded(db: Db): Promise<number> {
  const rows = await db
    .selectFrom('audit')
    .select('detail')
    .where('action', '=', RECEIPTS_LOADED)
    .execute()
  return rows.reduce((sum, { detail }) => sum + JSON.parse(detail).loaded, 0)
}

async function expectCompleteWithout(db: Db, already: number): Promise<void> {
  const first = await db.selectFrom('receipt').select('id').orderBy('id').limit(already).execute()
  const ids = first.map((row) => row.id)
  await db.deleteFrom('receipt_owner').where('receipt_id', 'in', ids).execute()
  await db.deleteFrom('receipt_tax').where('receipt_id', 'in', ids).execute()
  await db.deleteFrom('receipt_document').where('receipt_id', 'in', ids).execute()
  await db.deleteFrom('receipt').where('id', 'in', ids).execute()
  await expectComplete(db, COUNT)
}

test('two processes that load the same at once end with everything once', {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder()
  const zip = path.join(folder, 'muchos.zip')
  await writeZip(zip, manyReceipts({ count: 1_500, people: PEOPLE, seed: 5 }))
  const url = `sqlite:${path.join(folder, 'portal.db')}`
  const db = openDb(url)
  await migrate(db)
  const [one, other] = await Promise.all([start(url, zip).ended, start(url, zip).ended])
  const [first, second] = [JSON.parse(one.out), JSON.parse(other.out)]
  expect([one.code, other.code]).toEqual([0, 0])
  expect(first.loaded + second.loaded).toBe(1_500)
  expect(first.duplicated + second.duplicated).toBe(1_500)
  await expectComplete(db, 1_500)
  expect((await checkDays(db)).problems).toEqual([])
  await db.destroy()
})

eachDatabase((open) => {
  test('two loads at once end with everything once', async () => {
    const db = await open()
    const files = [...manyReceipts({ count: 60, people: 30, seed: 6 })]
    const named = (chosen: typeof files) =>
      folderWith(Object.fromEntries(chosen.map(({ name, xml }) => [name, xml])))
    const folders = [named(files), named(files.slice(20)), named(files.slice(0, 50).reverse())]
    const loads = await Promise.all(folders.map((folder) => load(db, folder, { threads: 1 })))
    const sum = (field: 'loaded' | 'duplicated' | 'rejected') =>
      loads.reduce((total, one) => total + one[field], 0)
    expect([sum('loaded'), sum('duplicated'), sum('rejected')]).toEqual([60, 90, 0])
    await expectComplete(db, 60)
    expect((await checkDays(db)).problems).toEqual([])
  })
})
