import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Log } from '../context.ts'
import { threadProgram } from './compiled.ts'

const RESTART_MS = 5_000

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
    if (worker.threadId === -1) return
    const ended = once(worker, 'exit')
    worker.postMessage('stop')
    await ended
  }
}
