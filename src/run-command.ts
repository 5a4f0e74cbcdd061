import fs from 'node:fs'
import os from 'node:os'
import type { Config, Purpose } from './config.ts'
import type { Context } from './context.ts'

export type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }

/** A command of the terminal that works with the portal's data. */
export interface Command {
  /** First line: what it does; then a line «Uso: …», then its options. */
  help: string
  run(args: string[], context: Context, terminal: Terminal): Promise<number>
}

/** What a command needs before it runs. */
export interface Needed {
  /** What of the environment it needs. */
  purpose: Purpose
  /** What is done with the database first: made and brought up to date, or only opened. */
  database: 'migrated' | 'as it is' | 'must exist' | 'must exist, migrated'
}

export const WRONG_USE = 2

/**
 * Runs a command with a context of its own, opened as it needs it and closed after it.
 *
 * @returns the code to exit with; 2 when the environment lacks something, which it says
 */
export async function runCommand(
  command: Command & Needed,
  args: string[],
  terminal: Terminal,
): Promise<number> {
  const demo = args.includes('--demo')
  const { demoConfig } = await import('./demo/demo-config.ts')
  const { readConfig } = await import('./config.ts')
  const reading = demo ? demoConfig(process.env) : readConfig(process.env, command.purpose)
  if (!reading.ok) {
    terminal.stderr.write(`Falta configuración:\n  ${reading.problems.join('\n  ')}\n`)
    if (!demo) terminal.stderr.write('Para usar los datos de la demostración, agrega --demo.\n')
    return WRONG_USE
  }
  const { config } = reading
  // Before there is any thread, as all inherit it: whoever waits for a page is served first.
  os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL)
  if (command.database.startsWith('must exist')) mustExist(config)
  const [{ pino }, { openContext }] = await Promise.all([import('pino'), import('./context.ts')])
  const context = openContext(config, pino({ level: config.logLevel }, pino.destination(2)))
  try {
    if (command.database.endsWith('migrated')) {
      const { migrate } = await import('./db/migrate.ts')
      const { requireKeyOfChain } = await import('./audit/audit-store.ts')
      await migrate(context.db)
      await requireKeyOfChain(context.db, context.keys.audit)
      await context.live.refresh()
    }
    const own = args.filter((arg) => arg !== '--demo')
    return await command.run(own, context, terminal)
  } finally {
    await context.db.destroy()
  }
}

/** SQLite would make an empty one: a copy of nothing, or nothing that is found to be in order. */
function mustExist({ databaseUrl }: Config): void {
  if (databaseUrl.startsWith('sqlite:')) fs.statSync(databaseUrl.slice('sqlite:'.length))
}
