import { pino } from 'pino'
import { readConfig } from './config.ts'
import { openContext } from './context.ts'
import { failureOf } from './failure.ts'
import { startPortal, stopOnSignals } from './start.ts'

const reading = readConfig(process.env)
if (!reading.ok) {
  process.stderr.write(`El portal no puede empezar:\n  ${reading.problems.join('\n  ')}\n`)
  process.exit(2)
}

const log = pino({ level: reading.config.logLevel })
try {
  const portal = await startPortal(openContext(reading.config, log), { logger: log })
  stopOnSignals(portal.stop)
} catch (error) {
  process.stderr.write(`El portal no puede empezar: ${failureOf(error)}\n`)
  process.exit(1)
}
