import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** As the scripts of package.json have it. */
export const COMPILED = path.join(ROOT, 'node_modules/.cache/compiled')

export const SECRETS = {
  SESSION_SECRET: 's'.repeat(32),
  ENCRYPTION_KEY: 'ab'.repeat(32),
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Banco Ceibo <avisos@bancoceibo.example>',
}

/** How a program ended and what it printed. */
export interface Run {
  code: number | null
  stdout: string
  stderr: string
}

type Environment = Record<string, string>

/** A program of the product, as a shell would start it, with nothing of this process's environment. */
export function start(file: string, args: string[], environment: Environment): ChildProcess {
  const child = spawn(process.execPath, [path.join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED, ...environment },
  })
  onTestFinished(() => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  return child
}

export async function finish(child: ChildProcess): Promise<Run> {
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

/** A command of the command line, to its end. */
export async function portal(args: string[], environment: Environment): Promise<Run> {
  return finish(start('src/cli.ts', args, environment))
}

/** A portal that is ready, and how it ends. */
export interface Served {
  url: string
  child: ChildProcess
  ended: Promise<Run>
}

/** `npm start` on a free port of its own. */
export async function serve(environment: Environment): Promise<Served> {
  const port = await freePort()
  const child = start('src/server.ts', [], { ...SECRETS, PORT: String(port), ...environment })
  const url = `http://127.0.0.1:${port}`
  const ended = finish(child)
  const tooSoon = ended.then(({ code, stderr }) => {
    throw new Error(`The portal ended with ${code}: ${stderr}`)
  })
  await Promise.race([whenReady(url), tooSoon])
  tooSoon.catch(() => undefined)
  return { url, child, ended }
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Waits until `/readyz` says yes. */
export async function whenReady(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await pause(100)
  }
  throw new Error('The portal did not get ready')
}
