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
import { fillCrowd } from './crowd.ts'

const SECONDS = 8
const CONNECTIONS = 10

/**
 * The list of a customer with 10, 1,000 and 100,000 receipts among a million: requests per second
 * and latency, against a bare Fastify sending the same page from memory and rendering it.
 */
export async function benchList(total = 1_000_000) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-list-'))
  try {
    const file = path.join(folder, 'portal.db')
    const db = openDb(`sqlite:${file}`)
    await migrate(db)
    await db.destroy()
    const raw = openSqliteFile(file)
    fillCrowd(raw, total, new Date())
    raw.close()
    return await measure(folder, total)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder: string, total: number) {
  const server = fork(path.join(import.meta.dirname, 'list-server.ts'), {
    env: { ...process.env, DATA_DIR: folder },
  })
  const { address, baseAddress, visits } = await answerOf(server)
  const pages = []
  for (const { receipts, cookie, bytes } of visits) {
    const host = new URL(address).host
    const page = await shoot(`${address}/comprobantes`, { cookie, host })
    const memory = await shoot(`${baseAddress}/memory/${receipts}`)
    const render = await shoot(`${baseAddress}/render/${receipts}`)
    const ofRender = page.perSecond / render.perSecond
    pages.push({
      receipts,
      bytes,
      page,
      memory,
      render,
      ofMemory: page.perSecond / memory.perSecond,
      ofRender,
    })
  }
  server.send('end')
  const { rssMb } = await answerOf(server)
  return { receiptsInDatabase: total, pages, rssMb }
}

async function answerOf(server: ChildProcess) {
  const [message] = await once(server, 'message')
  return message
}

async function shoot(url: string, headers: Record<string, string> = {}) {
  await autocannon({ url, headers, connections: CONNECTIONS, duration: 2 })
  const run = await autocannon({ url, headers, connections: CONNECTIONS, duration: SECONDS })
  if (run.non2xx > 0 || run.errors > 0) throw new Error(`${url}: ${run.non2xx} bad answers`)
  return { perSecond: run.requests.average, p50Ms: run.latency.p50, p99Ms: run.latency.p99 }
}
