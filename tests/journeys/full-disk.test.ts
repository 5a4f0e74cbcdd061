import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { pedro } from '#fixtures/people.ts'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { migrate } from '#src/db/migrate.ts'
import type { Db } from '#src/db/open.ts'
import { openDb } from '#src/db/open.ts'
import { dayOf } from '#src/values/day.ts'
import { grant, openFirm } from '#tests/practice/support.ts'
import { load, signInPerson } from '#tests/receipts/support/signed-in.ts'
import {
  makeServerDatabase,
  onEveryConnection,
  openSqlite,
  temporaryFolder,
} from '#tests/support/databases.ts'
import { openPortal, START, type TestPortal } from '#tests/support/portal.ts'

const SENTENCE = 'No guardamos lo que enviaste'

const NUMBER = /\d{3}-\d{3}-\d{9}/

/** A customer who has been reading for a while when the disk fails, and the accountant of theirs. */
async function aReader(db: Db) {
  const portal = await openPortal({ db })
  await load(portal, demoReceipts(dayOf(START)).slice(0, 30))
  const { browser, partyId, loginId: by } = await signInPerson(portal, pedro)
  const { lead, firmId } = await openFirm(portal)
  await grant(portal, { partyId, firmId, by })
  portal.clock.advance({ minutes: 2 })
  return { portal, browser, accountant: lead.browser }
}

async function readiness(portal: TestPortal) {
  const answer = await portal.app.inject('/readyz')
  return [answer.statusCode, answer.json().writing]
}

/** Somebody signs in from a place of their own, so that no limit is what refuses. */
function tryToSignIn(portal: TestPortal, tries: number) {
  const browser = portal.browser({ address: `198.51.${tries}.1` })
  return browser.post('/ingresar', { usuario: '0102030400', contrasena: 'no es esta' })
}

/** How one connection of a make is kept from writing, and how many its pool may have. */
const READ_ONLY = {
  SQLite: { connections: 4, deny: 'pragma query_only = 1', allow: 'pragma query_only = 0' },
  PostgreSQL: {
    connections: 10,
    deny: 'set default_transaction_read_only = on',
    allow: 'set default_transaction_read_only = off',
  },
} as const

describe('on a database that takes no writes', () => {
  it('goes on showing receipts, and is not ready', async () => {
    await readOn(await openSqlite(), READ_ONLY.SQLite)
  })

  it('does so on a PostgreSQL server', async (context) => {
    const server = process.env['TEST_DATABASE_URL']
    if (!server) return context.skip('TEST_DATABASE_URL names no server')
    const db = openDb(await makeServerDatabase(server))
    onTestFinished(() => db.destroy())
    await readOn(db, READ_ONLY.PostgreSQL)
  })
})

async function readOn(
  db: Db,
  { connections, deny, allow }: { connections: number; deny: string; allow: string },
): Promise<void> {
  const { portal, browser, accountant } = await aReader(db)
  await onEveryConnection(db, connections, sql.raw(deny))
  expect(await readiness(portal)).toEqual([200, 'ok'])
  expect((await browser.get('/comprobantes')).statusCode).toBe(200)
  const refused = await tryToSignIn(portal, 1)
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '60'])
  expect(refused.body).toContain(SENTENCE)
  expect(await readiness(portal)).toEqual([503, 'read-only'])
  expect((await portal.app.inject('/healthz')).statusCode).toBe(200)
  // What the customer would not learn of is not shown.
  const unseen = await accountant.get('/comprobantes?periodo=rango')
  expect([unseen.statusCode, NUMBER.test(unseen.body)]).toEqual([503, false])
  expect(unseen.body).toContain('No pudimos anotar tu lectura')
  expect((await browser.post('/perfil/apariencia', { tema: 'oscuro' })).body).toContain(SENTENCE)
  expect((await browser.get('/comprobantes')).statusCode).toBe(200)
  await onEveryConnection(db, connections, sql.raw(allow))
  await expect.poll(() => readiness(portal), { timeout: 10_000 }).toEqual([200, 'ok'])
  expect((await tryToSignIn(portal, 1)).statusCode).toBe(422)
  expect((await accountant.get('/comprobantes?periodo=rango')).body).toMatch(NUMBER)
}

it('goes through a disk that is really full, and comes back once there is room', async (context) => {
  const disk = smallDisk(context)
  const db = openDb(`sqlite:${path.join(disk, 'portal.db')}`)
  onTestFinished(() => db.destroy())
  await migrate(db)
  const { portal, browser } = await aReader(db)
  const filler = path.join(disk, 'filler')
  fill(filler)
  let refused = await tryToSignIn(portal, 1)
  for (let tries = 2; refused.statusCode === 422 && tries < 200; tries += 1) {
    refused = await tryToSignIn(portal, tries)
  }
  expect(refused.statusCode).toBe(503)
  expect(refused.body).toContain(SENTENCE)
  expect(await readiness(portal)).toEqual([503, 'disk-full'])
  expect((await browser.get('/comprobantes')).statusCode).toBe(200)
  fs.rmSync(filler)
  await expect.poll(() => readiness(portal), { timeout: 10_000 }).toEqual([200, 'ok'])
  expect((await tryToSignIn(portal, 201)).statusCode).toBe(422)
  expect((await db.selectFrom('receipt').select('id').execute()).length).toBeGreaterThan(20)
})

/** A file system of eight megabytes, where this process may mount one; says so where it may not. */
function smallDisk(context: TestContext): string {
  const folder = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    context.skip('A small disk cannot be mounted here: that takes root on Linux')
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]))
  return folder
}

function fill(file: string): void {
  const handle = fs.openSync(file, 'w')
  try {
    for (;;) fs.writeSync(handle, Buffer.alloc(4_096))
  } catch (error) {
    expect((error as { code?: string }).code).toBe('ENOSPC')
  } finally {
    fs.closeSync(handle)
  }
}
