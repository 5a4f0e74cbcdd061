import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { makeServerDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { begin, foundBank, numbersUsed, request, upTo } from '../bank.ts'

const PROCESS = path.join(import.meta.dirname, 'numbering-process.ts')
const WRITERS = 3
const ROUNDS = 3
const SERVER = process.env['TEST_DATABASE_URL'] ?? ''

describe('writers killed at any moment leave neither gap nor repeat', { timeout: 240_000 }, () => {
  test('on SQLite', () => killWriters(`sqlite:${path.join(temporaryFolder(), 'portal.db')}`))

  test('on a PostgreSQL server', async (context) => {
    if (!SERVER) context.skip('TEST_DATABASE_URL names no server, and PGlite lives in one process')
    await killWriters(await makeServerDatabase(SERVER))
  })
})

async function killWriters(url: string): Promise<void> {
  const db = openDb(url)
  onTestFinished(() => db.destroy())
  await migrate(db)
  await foundBank(db)
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await countIssued(db)
    const writers = upTo(WRITERS).map((n) =>
      spawn(process.execPath, [PROCESS, url, `${round}-${n}`]),
    )
    const ends = writers.map((writer) => once(writer, 'exit'))
    for (const writer of writers) {
      const enough = (await countIssued(db)) + 30 + round * 17
      while ((await countIssued(db)) < enough && writer.exitCode === null) await pause(3)
      writer.kill('SIGKILL')
    }
    for (const [, signal] of await Promise.all(ends)) expect(signal).toBe('SIGKILL')
    expect(await countIssued(db)).toBeGreaterThan(before)
    const numbers = (await numbersUsed(db))['test invoice 001-001'] ?? []
    expect(numbers).toEqual(upTo(numbers.length))
  }
  const issued = await countIssued(db)
  const [next] = await begin(db, [request('after all')])
  expect(next?.ok && next.accessKey.slice(30, 39)).toBe(String(issued + 1).padStart(9, '0'))
}

async function countIssued(db: Db): Promise<number> {
  const row = await db
    .selectFrom('issuance')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
