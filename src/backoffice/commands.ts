import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import { backUp } from './back-up.ts'
import type { RestoreRefusal } from './restore.ts'
import { restore } from './restore.ts'
import type { VerifyReport } from './verify.ts'
import { verify } from './verify.ts'
import { WrongUse } from './wrong-use.ts'

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

const DONE = 0
const REFUSED = 1

export const backupHelp = `Guarda todo en un archivo, mientras el portal sigue trabajando.

Uso: npm run portal -- backup ARCHIVO

  ARCHIVO  el respaldo que se hace; si existe, se reemplaza cuando el nuevo está completo
  --help   muestra esta ayuda

Lo que está cifrado en la base sigue cifrado: guarda ENCRYPTION_KEY aparte.
Termina con 0 si el respaldo está completo, 1 si no se pudo hacer.
`

export const restoreHelp = `Llena una base vacía desde un respaldo, de esta base de datos o de la otra.

Uso: npm run portal -- restore ARCHIVO

  ARCHIVO  un respaldo hecho con «backup» por esta versión del portal
  --help   muestra esta ayuda

Entra todo o no entra nada. Usa la misma ENCRYPTION_KEY que tenía el portal del respaldo.
Termina con 0 si se restauró, 1 si se rechazó.
`

export const verifyHelp = `Comprueba la base, los documentos, el índice y la bitácora, sin cambiar nada.

Uso: npm run portal -- verify [--json]

  --json   imprime solo un objeto JSON con cada comprobación
  --help   muestra esta ayuda

Termina con 0 si todo está bien, 1 si hay problemas.
`

const REFUSALS: Record<RestoreRefusal, string> = {
  'not-a-backup': 'no es un respaldo del portal. Usa un archivo hecho con «backup».',
  cut: 'está cortado o cambiado, o se hizo con otra ENCRYPTION_KEY. La base quedó como estaba.',
  'not-empty': 'no se puede restaurar: la base ya tiene datos. Apunta DATABASE_URL a una vacía.',
  'other-schema': 'es de otra versión del portal. Restaura con la versión que lo hizo y actualiza.',
}

/** `backup FILE`: everything that stands at this moment, in one file. Exit 0. */
export async function runBackup(
  args: string[],
  { db, keys, now }: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const file = onlyArgument(args)
  const rows = await backUp(db, file, keys.audit, now())
  terminal.stdout.write(`Respaldo completo en ${plainLine(file)}: ${total(rows)} filas.\n`)
  return DONE
}

/** `restore FILE`: fills an empty database. Exit 0, or 1 when the file or the database is unfit. */
export async function runRestore(
  args: string[],
  { db, keys, now }: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const file = onlyArgument(args)
  const restored = await restore(db, file, keys.audit, now())
  if (!restored.ok) {
    terminal.stderr.write(`${plainLine(file)}: ${REFUSALS[restored.refusal]}\n`)
    return REFUSED
  }
  terminal.stdout.write(`Restaurado desde ${plainLine(file)}: ${total(restored.rows)} filas.\n`)
  return DONE
}

/** `verify [--json]`: exit 0 when everything is as it must be, 1 when not. Changes nothing. */
export async function runVerify(
  args: string[],
  context: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const report = await verifyOrSayWhatLacks(context)
  if (values.json) terminal.stdout.write(`${jsonText(report)}\n`)
  else {
    for (const check of report.checks) {
      terminal.stdout.write(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.count} revisados\n`)
      for (const problem of check.problems) terminal.stdout.write(`    ${problem}\n`)
    }
    terminal.stdout.write(report.ok ? 'Todo está bien.\n' : 'Hay problemas: ve arriba.\n')
  }
  return report.ok ? DONE : REFUSED
}

/** Without its tables there is nothing to look at, and making them here would be a change. */
async function verifyOrSayWhatLacks(context: Parameters<typeof verify>[0]): Promise<VerifyReport> {
  const lacking = await pendingMigrations(context.db)
  if (lacking.length === 0) return verify(context)
  const problems = lacking.map((name) => `falta la migración ${name}`)
  const check = { name: 'Migraciones', ok: false, count: lacking.length, problems }
  return { ok: false, checks: [check], seconds: 0 }
}

function onlyArgument(args: string[]): string {
  const [file, ...more] = parseArgs({ args, options: {}, allowPositionals: true }).positionals
  if (file === undefined) throw new WrongUse('Falta decir qué archivo.')
  if (more.length > 0) throw new WrongUse(`Sobra «${plainLine(more[0] ?? '')}».`)
  return file
}

function total(rows: Record<string, number>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0)
}
