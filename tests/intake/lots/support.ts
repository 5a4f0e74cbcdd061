import fs from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { loadFiles } from '#src/intake/load-files.ts'
import { formatLotNumber } from '#src/intake/lots/lot.ts'
import { openJobWorker } from '#src/jobs.ts'
import type { Answer, Browser, SeenPage, TestPortal, Visitor } from '#tests/support/portal.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { colleague } from '../../identity/staff/support.ts'

export interface SentFile {
  name: string
  content: string | Uint8Array
}

const BOUNDARY = '----frontera7Kq2'

/** A form with files, as a browser writes it. */
export function multipart(files: readonly SentFile[], kind = ''): { body: Buffer; type: string } {
  const field = Buffer.from(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="tipo"\r\n\r\n${kind}\r\n`,
  )
  const parts = files.flatMap(({ name, content }) => [
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="archivo"; filename="${name}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
  const body = Buffer.concat([field, ...parts, Buffer.from(`--${BOUNDARY}--\r\n`)])
  return { body, type: `multipart/form-data; boundary=${BOUNDARY}` }
}

/** Sends files as the form of /interno/lotes does. */
export async function upload(
  portal: TestPortal,
  browser: Browser,
  files: readonly SentFile[],
  kind = '',
): Promise<Answer> {
  const { body, type } = multipart(files, kind)
  return sendForm(portal, browser, body, type)
}

export async function sendForm(
  { app }: TestPortal,
  browser: Browser,
  body: Buffer,
  type: string,
  url = '/interno/lotes',
): Promise<Answer> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return app.inject({
    method: 'POST',
    url,
    headers: { host: new URL(ORIGIN).host, origin: ORIGIN, 'content-type': type, cookie },
    payload: body,
  })
}

/** Does all the long work that waits, as the thread of a running portal would. */
export async function work({ context }: TestPortal): Promise<void> {
  await openJobWorker(context).runOnce()
}

/** Uploads files, has them read and answers the address of the lot. */
export async function readLot(
  portal: TestPortal,
  browser: Browser,
  files: readonly SentFile[],
  kind = '',
): Promise<string> {
  const answer = await upload(portal, browser, files, kind)
  if (answer.statusCode !== 303) throw new Error(`${answer.statusCode} ${answer.body}`)
  await work(portal)
  return String(answer.headers.location)
}

/** The folders that lots have on the disk of this portal. */
export function lotFolders({ context }: TestPortal): string[] {
  const folder = path.join(context.config.dataDir, 'lots')
  return fs.existsSync(folder) ? fs.readdirSync(folder) : []
}

/** Diego loads, Lucía approves. */
export async function bank(db?: Db, options: Parameters<typeof openPortal>[0] = {}) {
  const portal = await openPortal({ ...options, ...(db ? { db } : {}) })
  const diego = await colleague(portal, 'diego', 'loader')
  const lucia = await colleague(portal, 'lucia', 'approver')
  return { portal, diego: diego.browser, lucia: lucia.browser }
}

/** Approves the one proposal that waits. */
export async function approve(browser: Visitor): Promise<SeenPage> {
  const { body } = await browser.get('/interno/aprobaciones')
  const id = /action="\/interno\/aprobaciones\/(\d+)\/aprobacion"/.exec(body)?.[1]
  if (!id) throw new Error('Nothing to approve')
  return browser.post(`/interno/aprobaciones/${id}/aprobacion`)
}

/** One proposes, the other approves, and the work is done. */
export async function publish(portal: TestPortal, loader: Browser, approver: Browser, lot: string) {
  expect((await loader.post(`${lot}/publicacion`, { motivo: 'Fin de mes' })).statusCode).toBe(303)
  expect((await approve(approver)).statusCode).toBe(303)
  await work(portal)
}

/** A lot of the command line, which asks nobody; answers its address. */
export async function loadLot(portal: TestPortal, files: readonly SentFile[]): Promise<string> {
  const { config, db, keys, policy, now } = portal.context
  const folder = path.join(config.dataDir, 'sent')
  fs.mkdirSync(folder)
  for (const { name, content } of files) fs.writeFileSync(path.join(folder, name), content)
  await loadFiles([folder], { db, keys, policy, issuers: [], now })
  const { month, sequence } = await db
    .selectFrom('lot')
    .select(['month', 'sequence'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return `/interno/lotes/${formatLotNumber({ month, sequence })}`
}
