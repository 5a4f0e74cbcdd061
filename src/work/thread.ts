import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Log } from '../context.ts'

const COMPILED = path.join(import.meta.dirname, '../../node_modules/.cache/compiled')
const RESTART_MS = 5_000

/**
 * What a thread begins with: plain JavaScript that goes on from compiled code kept beside the
 * packages. Begun with TypeScript it would load the compiler first, and reading the sources again
 * would take longer than reading a thousand receipts. Without a place to keep it, it does.
 */
export function threadStart(module: URL): string {
  return `
    require('node:module').enableCompileCache(${JSON.stringify(COMPILED)})
    import(${JSON.stringify(module.href)})
  `
}

/**
 * Runs a module in a thread of its own until it is stopped; one that dies is logged and begun anew.
 * The module ends by itself once it hears a message.
 *
 * @returns how to stop it; resolves when it has ended
 */
export function runInThread(module: URL, data: unknown, log: Log): () => Promise<void> {
  let stopping = false
  let worker = begin()
  let again: NodeJS.Timeout | undefined

  function begin(): Worker {
    const thread = new Worker(threadStart(module), { eval: true, workerData: data })
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
