import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { maria } from '#fixtures/people.ts'
import { invoice } from '#fixtures/receipts/invoice.ts'
import { migrate } from '#src/db/migrate.ts'
import { openDb } from '#src/db/open.ts'
import { queueState } from '#src/outbox/queue-store.ts'
import type { Day } from '#src/values/day.ts'
import { load, register } from '#tests/receipts/alert-world.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { finish, SECRETS, serve, start } from '#tests/support/processes.ts'

it('does not start with a poor environment, and says all that is wrong with it', async () => {
  const run = await finish(start('src/server.ts', [], { PORT: 'x', BANK_POLICY: 'nobodys' }))
  expect(run.code).toBe(2)
  const names = ['PORT', 'SESSION_SECRET', 'ENCRYPTION_KEY', 'SMTP_URL', 'MAIL_FROM', 'BANK_POLICY']
  for (const name of names) expect(run.stderr).toContain(name)
})

it('says in one sentence that the port is taken, or that the database is none', async () => {
  const other = net.createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as net.AddressInfo
  const folder = temporaryFolder()
  const here = { ...SECRETS, DATA_DIR: folder }
  const taken = await finish(start('src/server.ts', [], { ...here, PORT: String(port) }))
  expect(taken).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(`^El portal no puede empezar: el puerto ${port} .*\n$`),
  })
  const broken = path.join(folder, 'broken.db')
  fs.writeFileSync(broken, 'x'.repeat(4_096))
  const damaged = await finish(
    start('src/server.ts', [], { ...here, PORT: '0', DATABASE_URL: `sqlite:${broken}` }),
  )
  expect(damaged).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^[^\n]+dañada[^\n]+\n$/),
  })
})

const FORM = 'usuario=0102030400&contrasena=no-es-esta'

/** Begins to send the form of sign-in, as far as `part`, and comes back once the portal is at it. */
async function beginToSend(url: string, part: string): Promise<net.Socket> {
  const { host, port, hostname } = new URL(url)
  const client = net.connect(Number(port), hostname)
  onTestFinished(() => void client.destroy())
  client.on('error', () => undefined)
  client.write(
    `POST /ingresar HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\n` +
      `Content-Length: ${FORM.length}\r\n` +
      `Content-Type: application/x-www-form-urlencoded\r\n\r\n${part}`,
  )
  await fetch(`${url}/healthz`)
  await pause(100)
  return client
}

it('serves, and on SIGTERM finishes what it was asked before it ends well', async () => {
  const { url, child, ended } = await serve({ DATA_DIR: temporaryFolder() })
  const client = await beginToSend(url, FORM.slice(0, 8))
  child.kill('SIGTERM')
  await pause(100)
  client.write(FORM.slice(8))
  const [answer] = await once(client, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 422 /)
  const run = await ended
  expect(run.code).toBe(0)
  expect(run.stdout).not.toContain('0102030400')
})

it('ends well on SIGTERM although a client never finishes what it began to send', async () => {
  const { url, child, ended } = await serve({ DATA_DIR: temporaryFolder() })
  await beginToSend(url, FORM.slice(0, 8))
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
})

it('ends well on SIGTERM although the mail server is silent, and holds no mail back', async () => {
  const silent = net.createServer(() => undefined).listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as net.AddressInfo
  const DATA_DIR = temporaryFolder()
  const db = openDb(`sqlite:${path.join(DATA_DIR, 'portal.db')}`)
  onTestFinished(() => db.destroy())
  await migrate(db)
  await register(db, maria)
  const series = { day: '2026-11-16' as Day, series: '001-002', sequence: 1 }
  await load(db, [invoice(series, maria, [])], new Date())
  const { child, ended } = await serve({ DATA_DIR, SMTP_URL: `smtp://127.0.0.1:${port}` })
  while ((await queueState(db, new Date())).sending === 0) await pause(20)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  expect(await queueState(db, new Date())).toMatchObject({ pending: 1, sending: 0 })
})

it('comes up twice at once on data that nobody has made yet', async () => {
  const DATA_DIR = path.join(temporaryFolder(), 'new')
  const both = await Promise.all([serve({ DATA_DIR }), serve({ DATA_DIR })])
  for (const { url } of both) expect((await fetch(`${url}/ingresar`)).status).toBe(200)
  for (const { child } of both) child.kill('SIGTERM')
  const ends = await Promise.all(both.map(({ ended }) => ended))
  expect(ends.map(({ code }) => code)).toEqual([0, 0])
})
