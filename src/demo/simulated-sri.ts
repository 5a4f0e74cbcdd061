import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

/** The SRI of the demo: a process of its own, as the real one is somebody else's. */
export interface SimulatedSri {
  /** Its origin: what it holds and how it fails is seen and changed there. */
  readonly url: string
  /** Refuses the next document with that code. */
  refuseNext(code: string): Promise<void>
  close(): Promise<void>
}

const CLI = path.resolve(import.meta.dirname, '../cli.ts')

/** It ends with this process, also when that is killed. */
export async function startSimulatedSri(folder: string): Promise<SimulatedSri> {
  const args = ['sri-simulator', '--port', '0', '--data', folder]
  const child = fork(CLI, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const lines = child.stdout ? createInterface({ input: child.stdout }) : null
  const [line] = lines ? await Promise.race([once(lines, 'line'), ended]) : []
  const url = /http:\/\/\S+/.exec(String(line))?.[0]
  if (url === undefined) throw new Error('The simulated SRI did not start')
  return {
    url,
    refuseNext: async (code) => {
      const body = JSON.stringify({ rechazar: code })
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}/conmutadores`, { method: 'POST', headers, body })
      if (!answer.ok) throw new Error(`The simulated SRI answered ${answer.status}`)
    },
    close: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
