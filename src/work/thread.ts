import { parentPort, Worker } from 'node:worker_threads'
import type { Log } from '../context.ts'
import { threadProgram } from './compiled.ts'

const RESTART_MS = 5_000
/** What a thread hears last. */
const STOP = 'stop'

/**
 * Ends a thread by asking: its module closes its port when it hears this, and what it was doing is
 * done. `terminate()` would cut it off inside native code, which can take the process along.
 */
export async function endThread(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  worker.ref()
  worker.postMessage(STOP)
  await ended
}

/** The inside of a thread: hears one message after the other until it is asked to end. */
export function hearMessages<Message>(hear: (message: Message) => void): void {
  parentPort?.on('message', (message: Message | typeof STOP) => {
    if (message === STOP) parentPort?.close()
    else hear(message as Message)
  })
}

/**
 * Runs a module in a thread of its own until it is stopped; one that dies is logged and begun anew.
 * The module ends by itself once it hears a message.
 *
 * @returns how to stop it; resolves when it has ended
 */
export function runInThread(module: URL, data: unknown, log: Log): () => Promise<void> {
  const start = threadProgram(module)
  let stopping = false
  let worker = begin()
  let again: NodeJS.Timeout | undefined

  function begin(): Worker {
    const thread = new Worker(start, { eval: true, workerData: data })
    thread.on('error', (error) => log.error({ err: error, module: module.pathname }, 'thread died'))
    thread.on('exit', () => {
      if (!stopping) again = setTimeout(() => (worker = begin()), RESTART_MS)
    })
    return thread
  }

  return async () => {
    stopping = true
    clearTimeout(again)
    await endThread(worker)
  }
}
