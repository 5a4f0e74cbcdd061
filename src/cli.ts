import { pino } from 'pino'
import { runBackup, runRestore, runVerify } from './backoffice/commands.ts'
import { addUser } from './backoffice/user-command.ts'
import type { Config } from './config.ts'
import { readConfig } from './config.ts'
import type { Context } from './context.ts'
import { openContext } from './context.ts'
import { migrate, pendingMigrations } from './db/migrate.ts'
import { demoConfig } from './demo/demo-config.ts'
import { runLoad } from './intake/load-command.ts'

type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }

interface Command {
  usage: string
  summary: string
  run(args: string[], context: Context, terminal: Terminal): Promise<number>
}

const COMMANDS: Record<string, Command> = {
  migrate: {
    usage: 'migrate',
    summary: 'crea o actualiza las tablas de la base de datos',
    run: runMigrate,
  },
  load: {
    usage: 'load RUTA… [--json]',
    summary: 'carga comprobantes: archivos XML, carpetas y ZIP',
    run: runLoad,
  },
  'user add': {
    usage: 'user add --id CÉDULA --name NOMBRE [--email CORREO]',
    summary: 'registra a un cliente y abre su ventana de primer ingreso',
    run: addUser,
  },
  backup: { usage: 'backup ARCHIVO', summary: 'guarda todo en un archivo', run: runBackup },
  restore: {
    usage: 'restore ARCHIVO',
    summary: 'llena una base vacía desde un respaldo',
    run: runRestore,
  },
  verify: {
    usage: 'verify [--json]',
    summary: 'comprueba la base, los documentos, el índice y la bitácora',
    run: runVerify,
  },
}

const WRONG_USE = 2

function help(): string {
  const rows = Object.values(COMMANDS).map(
    ({ usage, summary }) => `  npm run portal -- ${usage}\n      ${summary}\n`,
  )
  return `Órdenes del portal:\n\n${rows.join('')}
Opciones de todas: --help; --demo (sobre los datos de «npm run demo»).
Termina con 0 si todo se hizo, 1 si algo se rechazó, 2 si la orden está mal escrita.
`
}

async function main(argv: string[], terminal: Terminal): Promise<number> {
  if (argv[0] === 'demo') return (await import('./demo/demo.ts')).runDemo(argv.slice(1), terminal)
  const name = [argv.slice(0, 2).join(' '), argv[0] ?? ''].find((words) => words in COMMANDS)
  const command = name === undefined ? undefined : COMMANDS[name]
  const rest = argv.slice(name?.split(' ').length)
  if (!command || rest.includes('--help')) {
    const wanted = argv.includes('--help') || argv.length === 0
    ;(wanted ? terminal.stdout : terminal.stderr).write(command ? usageOf(command) : help())
    return wanted ? 0 : WRONG_USE
  }
  const demo = rest.includes('--demo')
  const reading = demo ? demoConfig(process.env) : readConfig(process.env, 'command')
  if (!reading.ok) {
    terminal.stderr.write(`Falta configuración:\n  ${reading.problems.join('\n  ')}\n`)
    terminal.stderr.write('Para usar los datos de la demostración, agrega --demo.\n')
    return WRONG_USE
  }
  const own = rest.filter((arg) => arg !== '--demo')
  return withContext(reading.config, (context) => command.run(own, context, terminal))
}

/** Opens the world, brings the tables up to date, runs, closes; a surprise is one line, not a trace. */
async function withContext(
  config: Config,
  run: (context: Context) => Promise<number>,
): Promise<number> {
  const context = openContext(config, pino({ level: config.logLevel }, pino.destination(2)))
  try {
    await migrate(context.db)
    return await run(context)
  } finally {
    await context.db.destroy()
  }
}

async function runMigrate(_args: string[], context: Context, terminal: Terminal): Promise<number> {
  const pending = await pendingMigrations(context.db)
  terminal.stdout.write(`La base está al día (${pending.length} migraciones pendientes).\n`)
  return 0
}

function usageOf({ usage, summary }: Command): string {
  return `npm run portal -- ${usage}\n    ${summary}\n`
}

// Whoever reads our answer may stop reading (`| head`): that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main(process.argv.slice(2), process)
