import { once } from 'node:events'
import fs from 'node:fs'
import type http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { WrongUse } from '../backoffice/wrong-use.ts'
import { simulatorServer } from './http-door.ts'
import type { SignatureCheck } from './judging/judge-authorization.ts'
import { SimulatedSri } from './simulated-sri.ts'
import { FILE, PORT } from './simulator-help.ts'
import { SubmissionStore } from './submission-store.ts'
import { Switchboard } from './switchboard.ts'

interface Terminal {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

interface World {
  readonly now: () => Date
  readonly verifySignature: SignatureCheck
  /** Settles when the process is asked to end. */
  readonly ended: Promise<unknown>
}

/** `sri-simulator`: serves until it is asked to end. Exit 0; 1 when the port is taken. */
export async function runSimulator(
  args: string[],
  terminal: Terminal,
  { now, verifySignature, ended }: World,
): Promise<0 | 1> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: String(PORT) },
      data: { type: 'string' },
      switch: { type: 'string', multiple: true, default: [] },
    },
  })
  const port = portOf(values.port)
  const board = boardOf(values.switch)
  const store = new SubmissionStore(fileIn(values.data))
  const sri = new SimulatedSri({ store, board, now, verifySignature })
  const server = simulatorServer({ sri, board })
  try {
    if (!(await listen(server, port))) {
      terminal.stderr.write(`El puerto ${port} ya está ocupado; elige otro con --port.\n`)
      return 1
    }
    const { port: bound } = server.address() as AddressInfo
    terminal.stdout.write(`Simulador del SRI en http://127.0.0.1:${bound}\n`)
    await ended
    return 0
  } finally {
    server.close()
    server.closeAllConnections()
    store.close()
  }
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new WrongUse('--port debe ser un puerto entre 0 y 65535.')
  }
  return Number(text)
}

function boardOf(settings: readonly string[]): Switchboard {
  const changes = settings.map((setting): [string, string] => {
    const at = setting.indexOf('=')
    if (at === -1) throw new WrongUse('--switch se escribe NOMBRE=VALOR.')
    return [setting.slice(0, at), setting.slice(at + 1)]
  })
  const board = new Switchboard()
  const problems = board.change(Object.fromEntries(changes))
  if (problems.length > 0) throw new WrongUse(problems.join('\n'))
  return board
}

function fileIn(folder: string | undefined): string {
  if (folder === undefined) return ':memory:'
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
  return path.join(folder, FILE)
}

/** False when somebody else has the port. */
async function listen(server: http.Server, port: number): Promise<boolean> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
}
