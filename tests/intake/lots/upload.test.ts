import { once } from 'node:events'
import fs from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { colleague } from '#tests/identity/staff/support.ts'
import { zipBytes } from '#tests/intake/zip-bytes.ts'
import { ORIGIN, openPortal } from '#tests/support/portal.ts'
import { bill } from './journey-support.ts'
import { lotFolders, multipart } from './support.ts'

const MEGABYTE = 1024 ** 2
const PATIENCE = { timeout: 20_000, interval: 50 }

it('goes to the disk as it comes, and leaves nothing when the line breaks', async () => {
  const portal = await openPortal()
  const { browser } = await colleague(portal, 'diego', 'loader')
  const noise = Buffer.alloc(24 * MEGABYTE, 'no es un xml; ')
  const content = zipBytes([
    { name: 'uno.xml', content: String(bill(1, maria).content) },
    { name: 'resto.txt', content: noise, method: 0 },
  ])
  const { body, type } = multipart([{ name: 'todo.zip', content }])
  expect(body.length).toBeGreaterThan(24 * MEGABYTE)
  await portal.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = portal.app.server.address() as AddressInfo
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const told = { 'content-type': type, 'content-length': body.length, cookie }
  const headers = { ...told, host: new URL(ORIGIN).host, origin: ORIGIN }
  const send = () => http.request({ port, method: 'POST', path: '/interno/lotes', headers })
  const onDisk = () =>
    lotFolders(portal).flatMap((folder) => {
      const files = path.join(portal.context.config.dataDir, 'lots', folder)
      return fs.readdirSync(files).map((name) => fs.statSync(path.join(files, name)).size)
    })

  const broken = send().on('error', () => undefined)
  const half = body.subarray(0, 12 * MEGABYTE)
  broken.write(half)
  // All that came but a little is on the disk, though the rest is still to come.
  await vi.waitFor(() => expect(onDisk()[0]).toBeGreaterThan(11 * MEGABYTE), PATIENCE)
  expect(await portal.db.selectFrom('lot').selectAll().execute()).toEqual([])
  broken.destroy()
  await vi.waitFor(() => expect(lotFolders(portal)).toEqual([]), PATIENCE)
  expect(await portal.db.selectFrom('lot').selectAll().execute()).toEqual([])
  expect(await portal.db.selectFrom('job').selectAll().execute()).toEqual([])

  const whole = send()
  whole.end(body)
  const [answer] = (await once(whole, 'response')) as [http.IncomingMessage]
  answer.resume()
  expect([answer.statusCode, onDisk()]).toEqual([303, [content.length]])
})
