import { readlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/**
 * Whoever calls it, and the threads it starts from then on, get the processor after those who answer
 * pages. On Linux each thread has a priority of its own; elsewhere only processes have, and nothing
 * changes.
 */
export function yieldToPages(): void {
  if (process.platform !== 'linux') return
  const thread = Number(path.basename(readlinkSync('/proc/thread-self')))
  os.setPriority(thread, os.constants.priority.PRIORITY_LOW)
}
