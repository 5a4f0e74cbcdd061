import { once } from 'node:events'
import { wrongUse } from './backoffice/wrong-use.ts'
import { failureOf } from './failure.ts'
import type { Command, Needed, Terminal } from './run-command.ts'
import { runCommand, WRONG_USE } from './run-command.ts'

/** What needs nothing of the portal: neither its environment nor its data. */
interface LoneCommand {
  help: string
  alone(args: string[], terminal: Terminal): Promise<number>
}

/** A command, loaded only for who asks for it: most of the portal is of no use to any one of them. */
interface Listed extends Needed {
  open(): Promise<Command | LoneCommand>
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  migrate: {
    purpose: 'data',
    database: 'as it is',
    open: async () => {
      const { migrateHelp: help, runMigrate: run } = await import('./backoffice/migrate-command.ts')
      return { help, run }
    },
  },
  load: {
    purpose: 'keys',
    database: 'migrated',
    open: async () => {
      const { loadHelp: help, runLoad: run } = await import('./intake/command/load-command.ts')
      return { help, run }
    },
  },
  issuances: {
    purpose: 'data',
    database: 'must exist',
    open: async () => {
      const { issuancesHelp: help, showIssuances: run } = await import(
        './backoffice/issuances/issuances-command.ts'
      )
      return { help, run }
    },
  },
  'issuances retry': {
    purpose: 'keys',
    database: 'must exist, migrated',
    open: async () => {
      const { retryHelp: help, retryIssuances: run } = await import(
        './backoffice/issuances/retry-command.ts'
      )
      return { help, run }
    },
  },
  lot: {
    purpose: 'data',
    database: 'must exist',
    open: async () => {
      const { lotHelp: help, showLot: run } = await import('./intake/command/lot-command.ts')
      return { help, run }
    },
  },
  'user add': {
    purpose: 'keys',
    database: 'migrated',
    open: async () => {
      const { userHelp: help, addUser: run } = await import('./backoffice/user-command.ts')
      return { help, run }
    },
  },
  'user unlock': {
    purpose: 'keys',
    database: 'must exist, migrated',
    open: async () => {
      const { unlockHelp: help, unlockUser: run } = await import('./backoffice/unlock-command.ts')
      return { help, run }
    },
  },
  issuer: {
    purpose: 'keys',
    database: 'migrated',
    open: async () => {
      const { issuerHelp: help } = await import('./backoffice/issuer/issuer-help.ts')
      const { runIssuer: run } = await import('./backoffice/issuer/issuer-command.ts')
      return { help, run }
    },
  },
  backup: {
    purpose: 'keys',
    database: 'must exist, migrated',
    open: async () => {
      const { backupHelp: help, runBackup: run } = await import('./backoffice/backup-commands.ts')
      return { help, run }
    },
  },
  restore: {
    purpose: 'keys',
    database: 'as it is',
    open: async () => {
      const { restoreHelp: help, runRestore: run } = await import('./backoffice/backup-commands.ts')
      return { help, run }
    },
  },
  verify: {
    purpose: 'keys',
    database: 'must exist',
    open: async () => {
      const { verifyHelp: help, runVerify: run } = await import('./backoffice/verify-command.ts')
      return { help, run }
    },
  },
  'sri-simulator': {
    purpose: 'data',
    database: 'as it is',
    open: async () => {
      const { simulatorHelp: help } = await import('./simulator/simulator-help.ts')
      return { help, alone: simulate }
    },
  },
  'check-package': {
    purpose: 'data',
    database: 'must exist',
    open: async () => {
      const { checkHelp: help } = await import('./practice/completeness/check/check-command.ts')
      return { help, alone: checkCopies }
    },
  },
}

const DONE = 0
const FAILED = 1

async function help(): Promise<string> {
  const all = await Promise.all(Object.values(COMMANDS).map(({ open }) => open()))
  const rows = all.map((command) => {
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
  const listed = COMMANDS[name]
  const command = await listed?.open()
  const commandHelp = name === 'demo' ? await demoHelpOf() : command?.help
  const args = argv.slice(name.split(' ').length)
  if (commandHelp === undefined || asksForHelp(args)) {
    const wanted = argv.length === 0 || asksForHelp(argv)
    const output = wanted ? terminal.stdout : terminal.stderr
    output.write(commandHelp ?? (await help()))
    return wanted ? DONE : WRONG_USE
  }
  try {
    if (!command || !listed) return await (await import('./demo/demo.ts')).runDemo(args, terminal)
    if ('alone' in command) return await command.alone(args, terminal)
    return await runCommand({ ...listed, ...command }, args, terminal)
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

async function demoHelpOf(): Promise<string> {
  return (await import('./demo/demo-config.ts')).demoHelp
}

/** Needs the portal's data only when it is asked to compare with them. */
async function checkCopies(args: string[], terminal: Terminal): Promise<number> {
  const { checkHelp: help, checkPackage } = await import(
    './practice/completeness/check/check-command.ts'
  )
  const compares = args.includes('--against-database') || args.includes('--demo')
  if (!compares) return checkPackage(args, null, terminal)
  const run: Command['run'] = (own, { db }) => checkPackage(own, db, terminal)
  return runCommand({ help, purpose: 'data', database: 'must exist', run }, args, terminal)
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

/** Whoever reads our answer may stop reading (`| head`): that is no failure of ours. */
function tellNobody(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') process.exit(FAILED)
}

process.stdout.on('error', tellNobody)
process.stderr.on('error', tellNobody)
process.exitCode = await main(process.argv.slice(2), process)
