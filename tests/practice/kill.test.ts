import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import type { Context } from '#src/context.ts'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { askPackage } from '#src/practice/packages/ask-package.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { openPortal, type TestPortal } from '#tests/support/portal.ts'
import { load, signIn } from '../receipts/support/signed-in.ts'
import { work } from './package-support.ts'

const PROCESS = path.join(import.meta.dirname, '../intake/lots/work-process.ts')
const KILLS = 2
const FEW = 400
/** Twelve thousand take some minutes. */
const COUNT = Number(process.env['PACKAGE_RECEIPTS'] ?? FEW)
/** A kill comes once so many more are noted: of few, at the first of them. */
const BETWEEN = Math.max(1, Math.ceil((COUNT - FEW) / 8))
/** With so many in a part, a kill finds each of them begun. */
const CASES = [
  { format: 'xml', count: COUNT, partReceipts: Math.ceil(COUNT * 0.75) },
  { format: 'unido', count: Math.ceil(COUNT / 2), partReceipts: Math.ceil(COUNT * 0.375) },
] as const

test.each(CASES)(
  'a package ($format) whose worker is killed goes on behind its last step, to the same bytes',
  {
    timeout: 300_000 + COUNT * 30,
  },
  async ({ format, count, partReceipts }) => {
    const url = `sqlite:${path.join(temporaryFolder(), 'portal.db')}`
    const db = openDb(url)
    onTestFinished(() => db.destroy())
    await migrate(db)
    const portal = await openPortal({ db, start: new Date(), config: { databaseUrl: url } })
    await load(portal, [...manyReceipts({ count, people: 1, seed: 26 })])
    const { party_id } = await db
      .selectFrom('receipt_owner')
      .select('party_id')
      .executeTakeFirstOrThrow()
    const person = await signIn(portal, party_id, 'UNA PERSONA')

    const begun = await ask(portal, person, { format, partReceipts })
    for (let kill = 1; kill <= KILLS; kill += 1) await workKilled(portal.context, kill)
    portal.clock.set(new Date())
    await work(portal)
    // Whoever reads what is written down once, each of them.
    const readings = await db.selectFrom('receipt_reading').select('receipt_id').execute()
    expect(readings.length).toBe(count)
    expect(new Set(readings.map(({ receipt_id }) => receipt_id)).size).toBe(count)
    const undisturbed = await ask(portal, person, { format, partReceipts })
    await work(portal)
    expect(await hashesOf(portal, begun)).toEqual(await hashesOf(portal, undisturbed))
  },
)

async function ask(
  { context }: TestPortal,
  person: { loginId: number; sessionId: string },
  { format, partReceipts }: Pick<(typeof CASES)[number], 'format' | 'partReceipts'>,
) {
  const wanted = { query: 'periodo=rango', format, alsoMerged: false }
  const asked = await askPackage(context, person, wanted, context.now(), { partReceipts })
  if (!asked.ok) throw new Error('refused')
  return asked.id
}

/** Lets a worker note some steps and kills it at whatever line it is. */
async function workKilled({ config, db }: Context, kill: number): Promise<void> {
  const env = {
    ...process.env,
    DATABASE_URL: config.databaseUrl,
    DATA_DIR: config.dataDir,
    ENCRYPTION_KEY: config.encryptionKey.toString('hex'),
  }
  const doneSoFar = async () =>
    (
      await db
        .selectFrom('job')
        .select('done')
        .where('kind', '=', 'package.make')
        .executeTakeFirstOrThrow()
    ).done
  const before = await doneSoFar()
  const child = spawn(process.execPath, [PROCESS], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  while ((await doneSoFar()) < before + BETWEEN && child.exitCode === null) await pause(5)
  await pause(kill * 7)
  child.kill('SIGKILL')
  // It was in the middle: whoever ends by itself ends otherwise.
  expect((await ended)[1]).toBe('SIGKILL')
  // What the killed one held lapses.
  await pause(1_100)
}

function hashesOf({ db }: TestPortal, id: number) {
  return db
    .selectFrom('package_part')
    .select(['n', 'receipts', 'missing', 'bytes', 'sha256'])
    .where('package_id', '=', id)
    .orderBy('n')
    .execute()
}
