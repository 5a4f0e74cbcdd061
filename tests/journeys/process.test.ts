import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { demoReceipts } from '#fixtures/receipts/demo.ts'
import { dayOf } from '#src/values/day.ts'
import { temporaryFolder } from '#tests/support/databases.ts'
import { START } from '#tests/support/portal.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const SECRETS = {
  SESSION_SECRET: 's'.repeat(32),
  ENCRYPTION_KEY: 'ab'.repeat(32),
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
}

interface Run {
  code: number | null
  stdout: string
  stderr: string
}

/** A program of the product, as a shell would start it, with nothing of this process's environment. */
function start(file: string, args: string[], environment: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [path.join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  })
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  return child
}

async function finish(child: ChildProcess): Promise<Run> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}

async function portal(args: string[], environment: Record<string, string>): Promise<Run> {
  return finish(start('src/cli.ts', args, environment))
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  return port
}

async function whenReady(url: string): Promise<Response> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return answer
    await pause(100)
  }
  throw new Error('The portal did not get ready')
}

it('does not start with a poor environment, and says all that is wrong with it', async () => {
  const run = await finish(start('src/server.ts', [], { PORT: 'x' }))
  expect(run.code).toBe(2)
  for (const name of ['PORT', 'SESSION_SECRET', 'ENCRYPTION_KEY', 'SMTP_URL', 'MAIL_FROM']) {
    expect(run.stderr).toContain(name)
  }
})

it('serves, and on SIGTERM finishes what it was asked before it ends well', async () => {
  const port = await freePort()
  const folder = temporaryFolder()
  const child = start('src/server.ts', [], { ...SECRETS, PORT: String(port), DATA_DIR: folder })
  const ended = finish(child)
  const url = `http://127.0.0.1:${port}`
  await whenReady(url)
  const slow = fetch(`${url}/ingresar`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'usuario=0102030400&contrasena=no-es-esta',
  })
  await pause(30)
  child.kill('SIGTERM')
  expect((await slow).status).toBe(422)
  const run = await ended
  expect(run.code).toBe(0)
  expect(run.stdout).not.toContain('0102030400')
})

it('loads, backs up, restores and verifies from the command line', async () => {
  const folder = temporaryFolder()
  const files = path.join(folder, 'files')
  fs.mkdirSync(files)
  for (const { name, xml } of demoReceipts(dayOf(START)).slice(0, 8)) {
    fs.writeFileSync(path.join(files, name), xml)
  }
  const here = { ...SECRETS, DATA_DIR: path.join(folder, 'here') }
  const loaded = await portal(['load', files, '--json'], here)
  expect([loaded.code, JSON.parse(loaded.stdout).loaded]).toEqual([0, 8])
  const again = await portal(['load', files, '--json'], here)
  expect(JSON.parse(again.stdout)).toMatchObject({ loaded: 0, duplicated: 8, rejected: 0 })

  const file = path.join(folder, 'copy.backup')
  expect((await portal(['backup', file], here)).code).toBe(0)
  const there = { ...SECRETS, DATA_DIR: path.join(folder, 'there') }
  expect((await portal(['restore', file], there)).code).toBe(0)
  expect((await portal(['restore', file], there)).code).toBe(1)
  const verified = await portal(['verify', '--json'], there)
  expect([verified.code, JSON.parse(verified.stdout).ok]).toEqual([0, true])
})

it('exits 1 when something was refused and 2 when it was called wrongly', async () => {
  const folder = temporaryFolder()
  const here = { ...SECRETS, DATA_DIR: path.join(folder, 'data') }
  fs.writeFileSync(path.join(folder, 'nota.xml'), 'esto no es un XML')
  const refused = await portal(['load', path.join(folder, 'nota.xml')], here)
  expect(refused.code).toBe(1)
  expect(refused.stdout + refused.stderr).not.toMatch(/\n\s+at /)
  for (const args of [[], ['load'], ['vuela'], ['backup'], ['user', 'add']]) {
    const run = await portal(args, here)
    expect([args, run.code]).toEqual([args, args.length === 0 ? 0 : 2])
  }
  expect((await portal(['load', '--help'], {})).code).toBe(0)
})
