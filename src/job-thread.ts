import { parentPort, workerData } from 'node:worker_threads'
import { pino } from 'pino'
import type { Config } from './config.ts'
import { openContext } from './context.ts'
import { openIssuing, openJobWorker } from './jobs.ts'
import { yieldToPages } from './work/yield-to-pages.ts'

/**
 * Long work in a thread of its own, with its own connection to the database, so that pages never
 * wait for it. Ends once it hears a message.
 */
yieldToPages()
const given = workerData as Config
const config = { ...given, encryptionKey: Buffer.from(given.encryptionKey) }
const context = openContext(config, pino({ level: config.logLevel }, pino.destination(2)))
const worker = openJobWorker(context)
const issuing = openIssuing(context)
await context.live.refresh()
const stopLooking = context.live.keepFresh()
worker.start()
issuing.start()

parentPort?.once('message', async () => {
  await Promise.all([worker.stop(), issuing.stop()])
  stopLooking()
  await context.sri.close()
  await context.db.destroy()
})
