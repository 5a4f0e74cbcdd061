import { readConfig } from '#src/config.ts'
import { openContext } from '#src/context.ts'
import { openJobWorker } from '#src/jobs.ts'

/** Does the long work that waits and ends; a claim that a killed one left lapses after a second. */
const reading = readConfig(process.env, 'keys')
if (!reading.ok) throw new Error(reading.problems.join('\n'))
const silent = { info() {}, warn() {}, error() {} }
const context = openContext(reading.config, silent)
process.stdout.write('begun\n')
await openJobWorker(context, { leaseMs: 1_000 }).runOnce()
await context.db.destroy()
