import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { maria, pedro } from '#fixtures/people.ts'
import { draftOf } from '#fixtures/receipts/to-issue.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { checkDays } from '#src/receipts/checks/check-days.ts'
import { checkReceipts } from '#src/receipts/checks/check-receipts.ts'
import { register } from '#tests/receipts/alert-world.ts'
import { makeServerDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { begin, foundBank, numbersUsed, request, upTo } from '../bank.ts'
import { FakeSri } from '../fake-sri.ts'
import { serveSri } from '../serve-sri.ts'

const DOCUMENTS = 400
const ROUNDS = 7
const PROCESS = path.join(import.meta.dirname, 'works-process.ts')
const PAST_EVERY_LEASE_MS = 10 * 60_000
const SERVER = process.env['TEST_DATABASE_URL'] ?? ''

describe('killed at any line: one number, one document, one receipt', { timeout: 600_000 }, () => {
  test('on SQLite', () => killWorks(`sqlite:${path.join(temporaryFolder(), 'portal.db')}`))

  test('on a PostgreSQL server', async (context) => {
    if (!SERVER) context.skip('TEST_DATABASE_URL names no server, and PGlite lives in one process')
    await killWorks(await makeServerDatabase(SERVER))
  })
})

async function killWorks(url: string): Promise<void> {
  const db = openDb(url)
  onTestFinished(() => db.destroy())
  await migrate(db)
  await foundBank(db)
  await register(db, maria)
  const sri = new FakeSri()
  sri.looks = 1
  let answers = 0
  // Now and then the answer to a document that arrived is lost on its way back.
  sri.faults = () => {
    answers += 1
    return answers % 37 === 0 ? { kind: 'timeout', after: true } : null
  }
  const address = await serveSri(sri)
  await begin(
    db,
    upTo(DOCUMENTS).map((n) => request(`s:${n}`, draftOf(n % 2 ? maria : pedro))),
  )
  const keys = await keysOf(db)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const enough = answers + 40 + round * 11
    await run(round, async () => answers >= enough, round % 3)
  }
  // The last one is left to come to the end: it finds every claim of those before it lapsed.
  await run(ROUNDS + 1, async () => (await countLeft(db)) === 0, 0)
  expect(await countLeft(db)).toBe(0)
  // The very keys and numbers that they had from the first.
  expect(await keysOf(db)).toEqual(keys)
  expect(await numbersUsed(db)).toEqual({ 'test invoice 001-001': upTo(DOCUMENTS) })
  expect(sri.authorized().sort()).toEqual(keys.toSorted())
  // Of each key there was never but one document.
  expect(new Set(sri.sent.map(({ document }) => document)).size).toBe(DOCUMENTS)
  const receipts = await db.selectFrom('receipt').select(['access_key', 'status']).execute()
  expect(receipts.map((row) => row.access_key).sort()).toEqual(keys.toSorted())
  const mails = await db.selectFrom('mail').select('receipt_id').execute()
  expect(new Set(mails.map((row) => row.receipt_id)).size).toBe(DOCUMENTS / 2)
  expect(mails).toHaveLength(DOCUMENTS / 2)
  expect(await checkReceipts(db)).toMatchObject({ documents: [], index: [] })
  expect((await checkDays(db)).problems).toEqual([])

  /** Lets a process work until the condition holds, and a little longer; then kills it without a word. */
  async function run(
    round: number,
    condition: () => Promise<boolean>,
    later: number,
    timeout = 120_000,
  ): Promise<void> {
    const ahead = String(round * PAST_EVERY_LEASE_MS)
    const child = spawn(process.execPath, [PROCESS, url, address, ahead], { stdio: 'inherit' })
    const ended = once(child, 'exit')
    const deadline = Date.now() + timeout
    while (!(await condition()) && Date.now() < deadline && child.exitCode === null) await pause(5)
    await pause(later)
    child.kill('SIGKILL')
    const [, signal] = await ended
    expect(signal).toBe('SIGKILL')
  }
}

async function keysOf(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('issuance').select('access_key').orderBy('id').execute()
  return rows.map((row) => row.access_key)
}

async function countLeft(db: Db): Promise<number> {
  const row = await db
    .selectFrom('issuance')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '<>', 'authorized')
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
