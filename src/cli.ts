import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import { pino } from 'pino'
import { requireKeyOfChain } from './audit/audit-store.ts'
import { backupHelp, restoreHelp, runBackup, runRestore } from './backoffice/backup-commands.ts'
import { migrateHelp, runMigrate } from './backoffice/migrate-command.ts'
import { unlockHelp, unlockUser } from './backoffice/unlock-command.ts'
import { addUser, userHelp } from './backoffice/user-command.ts'
import { runVerify, verifyHelp } from './backoffice/verify-command.ts'
import { wrongUse } from './backoffice/wrong-use.ts'
import type { Config, Purpose } from './config.ts'
import { readConfig } from './config.ts'
import type { Context } from './context.ts'
import { openContext } from './context.ts'
import { migrate } from './db/migrate.ts'
import { demoConfig, demoHelp } from './demo/demo-config.ts'
import { failureOf } from './failure.ts'
import { loadHelp, runLoad } from './intake/command/load-command.ts'
import { lotHelp, showLot } from './intake/command/lot-command.ts'
import { checkHelp, checkPackage } from './practice/completeness/check/check-command.ts'
import { simulatorHelp } from './simulator/simulator-help.ts'

type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }

interface Helped {
  /** First line: what it does; then a line «Uso: …», then its options. */
  help: string
}

interface Command extends Helped {
  /** What of the environment it needs. */
  purpose: Purpose
  /** What is done with the database first: made and brought up to date, or only opened. */
  database: 'migrated' | 'as it is' | 'must exist' | 'must exist, migrated'
  run(args: string[], context: Context, terminal: Terminal): Promise<number>
}

/** What needs nothing of the portal: neither its environment nor its data. */
interface LoneCommand extends Helped {
  alone(args: string[], terminal: Terminal): Promise<number>
}

const COMMANDS: Readonly<Record<string, Command | LoneCommand>> = {
  migrate: { help: migrateHelp, purpose: 'data', database: 'as it is', run: runMigrate },
  load: { help: loadHelp, purpose: 'keys', database: 'migrated', run: runLoad },
  lot: { help: lotHelp, purpose: 'data', database: 'must exist', run: showLot },
  'user add': { help: userHelp, purpose: 'keys', database: 'migrated', run: addUser },
  'user unlock': {
    help: unlockHelp,
    purpose: 'keys',
    database: 'must exist, migrated',
    run: unlockUser,
  },
  backup: { help: backupHelp, purpose: 'keys', database: 'must exist, migrated', run: runBackup },
  restore: { help: restoreHelp, purpose: 'keys', database: 'as it is', run: runRestore },
  verify: { help: verifyHelp, purpose: 'keys', database: 'must exist', run: runVerify },
  'check-package': { help: checkHelp, alone: checkCopies },
  'sri-simulator': { help: simulatorHelp, alone: simulate },
}

const DONE = 0
const FAILED = 1
const WRONG_USE = 2

function help(): string {
  const rows = Object.values(COMMANDS).map((command) => {
    const [summary = '', ...rest] = command.help.split('\n')
    const usage = rest.find((line) => line.startsWith('Uso: ')) ?? ''
    return `  ${usage.slice('Uso: '.length)}\n      ${summary}\n`
  })
  return `Órdenes del portal:\n\n${rows.join('')}
Opciones de todas: --help; de las que tocan datos: --demo (los de «npm run demo»).
Termina con 0 si todo se hizo, 1 si algo se rechazó o falló, 2 si la orden está mal escrita.
`
}

/** Whatever goes wrong is told in one line, never as a trace. */
async function main(argv: string[], terminal: Terminal): Promise<number> {
  const name = argv[0] === 'demo' ? 'demo' : nameOf(argv)
  const command = COMMANDS[name]
  const commandHelp = name === 'demo' ? demoHelp : command?.help
  const args = argv.slice(name.split(' ').length)
  if (commandHelp === undefined || asksForHelp(args)) {
    const wanted = argv.length === 0 || asksForHelp(argv)
    const output = wanted ? terminal.stdout : terminal.stderr
    output.write(commandHelp ?? help())
    return wanted ? DONE : WRONG_USE
  }
  try {
    if (!command) return await (await import('./demo/demo.ts')).runDemo(args, terminal)
    if ('alone' in command) return await command.alone(args, terminal)
    return await runCommand(command, args, terminal)
  } catch (error) {
    const reason = wrongUse(error)
    terminal.stderr.write(
      reason === null ? `${name}: ${failureOf(error)}\n` : `${reason}\n\n${commandHelp}`,
    )
    return reason === null ? FAILED : WRONG_USE
  }
}

function nameOf(argv: string[]): string {
  const names = [argv.slice(0, 2).join(' '), argv[0] ?? '']
  return names.find((words) => Object.hasOwn(COMMANDS, words)) ?? ''
}

function asksForHelp(args: string[]): boolean {
  return args.includes('--help') || args.includes('-h')
}

async function runCommand(command: Command, args: string[], terminal: Terminal): Promise<number> {
  const demo = args.includes('--demo')
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
  const context = openContext(config, pino({ level: config.logLevel }, pino.destination(2)))
  try {
    if (command.database.endsWith('migrated')) {
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

/** Needs the portal's data only when it is asked to compare with them. */
async function checkCopies(args: string[], terminal: Terminal): Promise<number> {
  const compares = args.includes('--against-database') || args.includes('--demo')
  if (!compares) return checkPackage(args, null, terminal)
  const command: Command = {
    help: checkHelp,
    purpose: 'data',
    database: 'must exist',
    run: (own, { db }) => checkPackage(own, db, terminal),
  }
  return runCommand(command, args, terminal)
}

async function simulate(args: string[], terminal: Terminal): Promise<number> {
  // Whoever began it as a child may be gone: then nobody needs it any more.
  const ends = ['SIGTERM', 'SIGINT', 'disconnect']
  const ended = Promise.race(ends.map((end) => once(process, end)))
  const now = () => new Date()
  // Loaded here: no other command needs what verifies signatures.
  const { checkSignature } = await import('./simulator/judging/check-signature.ts')
  const { runSimulator } = await import('./simulator/simulator-command.ts')
  const code = await runSimulator(args, terminal, { now, verifySignature: checkSignature, ended })
  if (process.connected) process.disconnect()
  return code
}

/** SQLite would make an empty one: a copy of nothing, or nothing that is found to be in order. */
function mustExist({ databaseUrl }: Config): void {
  if (databaseUrl.startsWith('sqlite:')) fs.statSync(databaseUrl.slice('sqlite:'.length))
}

/** Whoever reads our answer may stop reading (`| head`): that is no failure of ours. */
function tellNobody(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.exit(FAILED)
}

process.stdout.on('error', tellNobody)
process.stderr.on('error', tellNobody)
process.exitCode = await main(process.argv.slice(2), process)
