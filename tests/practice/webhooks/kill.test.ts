import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { openDb } from '#src/db/open.ts'
import { load } from '#tests/receipts/support/signed-in.ts'
import { makeServerDatabase, temporaryFolder } from '#tests/support/databases.ts'
import { openPortal, START } from '#tests/support/portal.ts'
import { bill, openFirm } from '../programs/support.ts'
import { type Heard, openReceiver } from './receiver.ts'

const WORKER = path.join(import.meta.dirname, 'webhook-process.ts')
const WEBHOOKS = 5
/** A call has a hundred at most. */
const EVENTS = 250
const KILLS = 4
/** Called at once by a worker. */
const AT_ONCE = 8
const SERVER = process.env['TEST_DATABASE_URL']

/** Databases that a second process can open too. */
const CASES = [
  { make: 'SQLite', open: openFile },
  ...(SERVER ? [{ make: 'a PostgreSQL server', open: () => makeServerDatabase(SERVER) }] : []),
]

async function openFile(): Promise<string> {
  const file = path.join(temporaryFolder(), 'portal.db')
  fs.copyFileSync(process.env['MIGRATED_SQLITE'] ?? '', file)
  return `sqlite:${file}`
}

test.each(CASES)(
  'a worker that is killed while it calls loses nothing, and doubles only calls of the same name, on $make',
  {
    timeout: 120_000,
  },
  async ({ open }) => {
    const databaseUrl = await open()
    const db = openDb(databaseUrl)
    onTestFinished(() => db.destroy())
    const portal = await openPortal({ db, config: { databaseUrl } })
    const { program } = await openFirm({ portal })
    const ours = await program()

    let worker: ChildProcess | undefined
    let killAt = 0
    // Before it is answered, and once it is: neither is noted by who made the call.
    const receiver = await openReceiver({
      answer: (response) => {
        const last = receiver.heard.length === killAt
        if (last && killAt % 2 === 1) worker?.kill('SIGKILL')
        else response.end(() => last && worker?.kill('SIGKILL'))
      },
    })
    for (let at = 0; at < WEBHOOKS; at += 1) {
      const body = { url: `${receiver.url}/${at}` }
      expect((await ours.call('POST', '/webhooks', { body })).statusCode).toBe(201)
    }
    await load(
      portal,
      Array.from({ length: EVENTS }, (_, at) => bill(100 + at, maria)),
    )

    const env = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: portal.context.config.dataDir,
      ENCRYPTION_KEY: portal.context.config.encryptionKey.toString('hex'),
    }
    const run = async (round: number) => {
      const time = new Date(START.getTime() + round * 120_000).toISOString()
      worker = spawn(process.execPath, [WORKER, time], { env, stdio: 'inherit' })
      const [code, signal] = await once(worker, 'exit')
      return signal ?? code
    }
    for (let kill = 1; kill <= KILLS; kill += 1) {
      killAt = receiver.heard.length + 1 + (kill % 3)
      expect(await run(kill)).toBe('SIGKILL')
    }
    killAt = 0
    expect(await run(KILLS + 1)).toBe(0)

    const calls = Map.groupBy(receiver.heard, ({ headers }) => headers['x-portal-delivery'])
    for (const same of calls.values()) {
      expect(new Set(same.map(({ url, body }) => `${url} ${body}`)).size).toBe(1)
    }
    const distinct = [...calls.values()].flatMap(([first]) => first ?? [])
    const told = Map.groupBy(distinct, ({ url }) => url)
    const { eventos } = (await ours.call('GET', '/eventos?limite=500')).json()
    const all = eventos.map(({ id }: { id: string }) => id)
    expect(all).toHaveLength(EVENTS)
    expect([...told.values()].map((some) => some.flatMap(idsOf))).toEqual(
      Array.from({ length: WEBHOOKS }, () => all),
    )
    const repeats = receiver.heard.length - calls.size
    expect(repeats).toBeGreaterThanOrEqual(KILLS / 2)
    expect(repeats).toBeLessThanOrEqual(KILLS * AT_ONCE)
  },
)

function idsOf({ body }: Heard): string[] {
  return JSON.parse(body).eventos.map(({ id }: { id: string }) => id)
}
