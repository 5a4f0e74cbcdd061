import fs from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { Config } from '../config.ts'
import { openContext } from '../context.ts'
import { migrate } from '../db/migrate.ts'
import { loadFiles } from '../intake/load-files.ts'
import { startPortal, stopOnSignals } from '../start.ts'
import { demoConfig } from './demo-config.ts'
import { openMailbox } from './mailbox.ts'
import { PEOPLE, seedDemo } from './seed.ts'

type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }

const WRONG_USE = 2

const HELP = `npm run demo [-- RUTA…] [-- --reset]
    Un banco ficticio con personas, comprobantes y un buzón que muestra cada correo.
    RUTA…    carga además esos XML, carpetas o ZIP
    --reset  empieza de nuevo, sin lo que se hizo en la demostración anterior
`

/** Runs the fictitious bank until it is interrupted; answers only when it could not start. */
export async function runDemo(args: string[], terminal: Terminal): Promise<number> {
  const options = { reset: { type: 'boolean' }, help: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  if (values.help) {
    terminal.stdout.write(HELP)
    return 0
  }
  const reading = demoConfig(process.env)
  if (!reading.ok) {
    terminal.stderr.write(`La demostración no puede empezar:\n  ${reading.problems.join('\n  ')}\n`)
    return WRONG_USE
  }
  if (values.reset) forget(reading.config)
  await startDemo(reading.config, positionals, terminal)
  return 0
}

async function startDemo(config: Config, paths: string[], terminal: Terminal): Promise<void> {
  const say = (text: string) => terminal.stdout.write(text)
  const mailbox = await openMailbox()
  const log = pino({ level: config.logLevel }, pino.destination(2))
  const context = openContext({ ...config, smtpUrl: mailbox.smtpUrl }, log)
  await migrate(context.db)
  await seedDemo(context, say)
  if (paths.length > 0) {
    const { loaded, duplicated, rejected } = await loadFiles(paths, loadNeeds(context))
    say(
      `${paths.join(' ')}: ${loaded} cargados, ${duplicated} ya estaban, ${rejected} rechazados\n`,
    )
  }
  const portal = await startPortal(context, {
    logger: log,
    extra: async (app) => {
      await app.register(mailbox.routes)
    },
  })
  say(welcome(config.publicUrl))
  stopOnSignals(() => portal.stop().then(mailbox.close))
}

function loadNeeds(context: ReturnType<typeof openContext>) {
  const { config, db, policy, now } = context
  return { db, policy, issuers: config.issuers, now }
}

/** Only the demo's own database; the secrets stay, they protect nothing else. */
function forget(config: Config): void {
  if (!config.databaseUrl.startsWith('sqlite:')) return
  const file = config.databaseUrl.slice('sqlite:'.length)
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(file + suffix, { force: true })
}

function welcome(url: string): string {
  const rows = PEOPLE.map(
    ({ name, username, password, story }) =>
      `  ${name}\n      usuario ${username}   contraseña ${password}\n      ${story}\n`,
  )
  return `
Banco Ceibo, banco ficticio

  Portal   ${url}
  Buzón    ${url}/demo/buzon   (cada correo que el portal envía)

${rows.join('\n')}
  Para cargar tus propios XML, en otra terminal:
      npm run portal -- load --demo RUTA…

Ctrl+C termina.
`
}
