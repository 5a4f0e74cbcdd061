import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import type { Config } from '../config.ts'
import { openContext } from '../context.ts'
import { migrate } from '../db/migrate.ts'
import { loadFiles } from '../intake/load-files.ts'
import { lotsFolder } from '../intake/lots/lot-folder.ts'
import { startPortal, stopOnSignals } from '../start.ts'
import { plainLine } from '../values/terminal-text.ts'
import { codesRoutes } from './codes-routes.ts'
import { demoConfig } from './demo-config.ts'
import { demoSecrets } from './demo-secrets.ts'
import { openMailbox } from './mailbox/mailbox.ts'
import { NOBODY, PEOPLE, seedDemo } from './seed.ts'
import { ACCOUNTANTS, seedFirm } from './seed-firm.ts'
import { seedIssuances } from './seed-issuances.ts'
import { seedIssuer } from './seed-issuer.ts'
import { seedLots } from './seed-lots.ts'
import { seedProposal } from './seed-proposal.ts'
import type { DemoColleague } from './seed-staff.ts'
import { demoColleagues, seedStaff } from './seed-staff.ts'
import type { SimulatedSri } from './simulated-sri.ts'
import { startSimulatedSri } from './simulated-sri.ts'

type Mailbox = Awaited<ReturnType<typeof openMailbox>>
type Terminal = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream }

const WRONG_USE = 2
/** What the SRI says of totals that do not add up: somebody has to look. */
const WITH_DIFFERENCES = '52'

/**
 * Starts the fictitious bank, which runs until it is interrupted. Exit 2 when it cannot for what it
 * was told; throws when it cannot for another reason, with nothing left open.
 */
export async function runDemo(args: string[], terminal: Terminal): Promise<number> {
  const options = { reset: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const reading = demoConfig(process.env)
  if (!reading.ok) {
    terminal.stderr.write(`La demostración no puede empezar:\n  ${reading.problems.join('\n  ')}\n`)
    return WRONG_USE
  }
  // Before anything is touched: the data may be those of a demo that is running.
  await tryPort(reading.config)
  if (values.reset) forget(reading.config)
  const mailbox = await openMailbox({ nobody: NOBODY })
  const sri = await startSimulatedSri(sriFolder(reading.config))
  const around = { mailbox, sri }
  try {
    await startDemo(reading.config, positionals, around, terminal)
  } catch (error) {
    await Promise.all([mailbox.close(), sri.close()])
    throw error
  }
  return 0
}

async function startDemo(
  config: Config,
  paths: string[],
  { mailbox, sri }: { mailbox: Mailbox; sri: SimulatedSri },
  terminal: Terminal,
): Promise<void> {
  const say = (text: string) => terminal.stdout.write(text)
  const log = pino({ level: config.logLevel }, pino.destination(2))
  const theirs = { smtpUrl: mailbox.smtpUrl, sriSimulatorUrl: sri.url }
  const context = openContext({ ...config, ...theirs }, log)
  await migrate(context.db)
  await seedDemo(context, say)
  const secrets = demoSecrets(config.dataDir)
  await seedStaff(context, secrets)
  await seedFirm(context)
  await seedIssuer(context)
  if (await seedIssuances(context)) await sri.refuseNext(WITH_DIFFERENCES)
  await seedProposal(context)
  await seedLots(context)
  const colleagues = demoColleagues(secrets)
  if (paths.length > 0) {
    const { loaded, duplicated, rejected } = await loadFiles(paths, loadNeeds(context))
    say(
      `${plainLine(paths.join(' '))}: ${loaded} cargados, ${duplicated} ya estaban, ${rejected} rechazados\n`,
    )
  }
  const portal = await startPortal(context, {
    logger: log,
    extra: async (app) => {
      await app.register(mailbox.routes)
      await app.register(codesRoutes(colleagues, context.now))
    },
  })
  say(welcome(config.publicUrl, sri.url, colleagues))
  stopOnSignals(async () => {
    await portal.stop()
    await Promise.all([mailbox.close(), sri.close()])
  })
}

async function tryPort({ host, port }: Config): Promise<void> {
  const server = net.createServer().listen(port, host)
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

function loadNeeds(context: ReturnType<typeof openContext>) {
  const { config, db, keys, policy, now } = context
  return { db, keys, policy, issuers: config.issuers, now }
}

/** The demo's database is always a file of its folder; the secrets stay, they protect nothing else. */
function forget(config: Config): void {
  const file = config.databaseUrl.slice('sqlite:'.length)
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(file + suffix, { force: true })
  fs.rmSync(lotsFolder(config.dataDir), { recursive: true, force: true })
  fs.rmSync(sriFolder(config), { recursive: true, force: true })
}

function sriFolder({ dataDir }: Config): string {
  return path.join(dataDir, 'sri')
}

function welcome(url: string, sri: string, colleagues: readonly DemoColleague[]): string {
  const rows = [...PEOPLE, ...ACCOUNTANTS].map(
    ({ name, username, password, story }) =>
      `  ${name}\n      usuario ${username}   contraseña ${password}\n      ${story}\n`,
  )
  const staff = colleagues.map(
    ({ name, role, username, password, totp }) =>
      `  ${name}, ${role}\n      usuario ${username}   contraseña ${password}\n      clave de su aplicación ${totp}\n`,
  )
  return `
Banco Ceibo, banco ficticio

  Portal   ${url}
  Buzón    ${url}/demo/buzon   (cada correo que el portal envía)
  SRI      ${sri}   (simulado: qué recibió, y conmutadores para que falle)

${rows.join('\n')}
  Personas del banco: ${url}/interno/ingresar
  Sus códigos de 6 dígitos: ${url}/demo/codigos

${staff.join('\n')}
  Para cargar tus propios XML, en otra terminal:
      npm run portal -- load --demo RUTA…

Ctrl+C termina.
`
}
