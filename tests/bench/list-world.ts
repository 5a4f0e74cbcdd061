import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import autocannon from 'autocannon'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { openSqliteFile } from '#src/db/sqlite-file.ts'
import { START_FLAGS } from '#tests/support/programs.ts'
import { fillCrowd } from './crowd.ts'
import type { EvenPace, Waits } from './even-pace.ts'
import { askEvenly } from './even-pace.ts'
import type { Figures, Visit } from './list-server.ts'

/** A portal over a crowd's receipts in a process of its own, and who is signed in there. */
export interface ListWorld {
  address: string
  baseAddress: string
  visits: Visit[]
  /** Cookies of others in the crowd. */
  crowd: string[]
  /** What another process needs to work on the same database. */
  env: NodeJS.ProcessEnv
  figures(): Promise<Figures>
  /** Asks one address again and again, as these people by turns. */
  shoot(url: string, cookies: readonly string[], pace: Pace | EvenPace): Promise<Shot>
}

/** As many requests as go through, or so many a second. */
interface Pace {
  seconds: number
  connections: number
}

export interface Shot {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Of the server's processor, for each request. */
  cpuMicros: number
}

/**
 * Runs `story` on a portal with `total` receipts.
 *
 * @param extra more of the server's environment
 * @param kept a folder to keep the database in, filled when it is not there; otherwise it is thrown away
 */
export async function inListWorld<Result>(
  total: number,
  kept: string | undefined,
  story: (world: ListWorld) => Promise<Result>,
  extra: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const folder = kept ?? fs.mkdtempSync(path.join(os.tmpdir(), 'bench-list-'))
  const env = {
    ...process.env,
    ...extra,
    DATA_DIR: path.resolve(folder),
    // Always the same: a database that was kept opens with no other.
    ENCRYPTION_KEY: '5e'.repeat(32),
  }
  let server: ChildProcess | null = null
  try {
    if (!fs.existsSync(path.join(folder, 'portal.db'))) await fill(folder, total)
    server = fork(path.join(import.meta.dirname, 'list-server.ts'), { env, execArgv: START_FLAGS })
    return await story(await openWorld(server, env))
  } finally {
    server?.kill()
    if (kept === undefined) fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(folder: string, total: number): Promise<void> {
  fs.mkdirSync(folder, { recursive: true })
  const [file, finished] = ['portal.tmp', 'portal.db'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ]
  const db = openDb(`sqlite:${file}`)
  await migrate(db)
  await db.destroy()
  const raw = openSqliteFile(file)
  fillCrowd(raw, total, new Date())
  raw.close()
  fs.renameSync(file, finished)
}

async function openWorld(server: ChildProcess, env: NodeJS.ProcessEnv): Promise<ListWorld> {
  const answer = async () => (await once(server, 'message'))[0]
  const figures = async (): Promise<Figures> => {
    server.send('figures')
    return answer()
  }
  const hello = await answer()
  const { host } = new URL(hello.address)
  return {
    ...hello,
    env,
    figures,
    shoot: async (url, cookies, pace) => {
      const headers = cookies.map((cookie) => ({ cookie, host }))
      await figures()
      const shot =
        'perSecond' in pace
          ? await askEvenly(url, headers, pace)
          : await askHard(url, headers, pace)
      const { requests, seconds, p50Ms, p99Ms } = shot
      const cpuMicros = Math.round((await figures()).cpuMicros / requests)
      return { perSecond: requests / seconds, p50Ms, p99Ms, cpuMicros }
    },
  }
}

async function askHard(
  url: string,
  headers: readonly Record<string, string>[],
  { seconds, connections }: Pace,
): Promise<Waits> {
  const requests =
    headers.length > 0 ? { requests: headers.map((each) => ({ headers: each })) } : {}
  const run = await autocannon({ url, connections, duration: seconds, ...requests })
  if (run.non2xx > 0 || run.errors > 0) {
    const codes = JSON.stringify(run.statusCodeStats)
    throw new Error(`${url}: ${run.errors} errors, answers by code ${codes}`)
  }
  const { p50, p99 } = run.latency
  return { requests: run.requests.total, seconds: run.duration, p50Ms: p50, p99Ms: p99 }
}
