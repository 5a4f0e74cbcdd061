import { parseArgs } from 'node:util'
import type { AuditEntry } from '../audit/audit-store.ts'
import { record } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { ifWritable } from '../db/write-state.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import { backUp } from './back-up.ts'
import type { RestoreRefusal } from './restore.ts'
import { restore, totalRows } from './restore.ts'
import type { Terminal } from './terminal.ts'
import { WrongUse } from './wrong-use.ts'

const DONE = 0
const REFUSED = 1

export const backupHelp = `Guarda todo en un archivo, mientras el portal sigue trabajando.

Uso: npm run portal -- backup ARCHIVO [--json]

  ARCHIVO  el respaldo que se hace; si existe, se reemplaza cuando el nuevo está completo
  --json   imprime solo un objeto JSON con las filas de cada tabla
  --help   muestra esta ayuda

Lo que está cifrado en la base sigue cifrado: guarda ENCRYPTION_KEY aparte.
Termina con 0 si el respaldo está completo, 1 si no se pudo hacer.
`

export const restoreHelp = `Llena una base vacía desde un respaldo, de esta base de datos o de la otra.

Uso: npm run portal -- restore ARCHIVO [--json]

  ARCHIVO  un respaldo hecho con «backup» por esta versión del portal
  --json   imprime solo un objeto JSON con las filas de cada tabla, o por qué se rechazó
  --help   muestra esta ayuda

Entra todo o no entra nada. Usa la misma ENCRYPTION_KEY que tenía el portal del respaldo.
Termina con 0 si se restauró, 1 si se rechazó.
`

const REFUSALS: Record<RestoreRefusal, string> = {
  'not-a-backup': 'no es un respaldo del portal. Usa un archivo hecho con «backup».',
  'other-key':
    'se hizo con otra ENCRYPTION_KEY. Usa la que tenía el portal de ese respaldo; con otra no se puede leer lo cifrado. La base quedó como estaba.',
  cut: 'está cortado o cambiado. Usa otra copia. La base quedó como estaba.',
  'not-empty': 'no se puede restaurar: la base ya tiene datos. Apunta DATABASE_URL a una vacía.',
  'other-schema': 'es de otra versión del portal. Restaura con la versión que lo hizo y actualiza.',
}

/** `backup FILE [--json]`: everything that stands at this moment, in one file. Exit 0. */
export async function runBackup(
  args: string[],
  { db, keys, now }: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const { file, json } = readArguments(args)
  const rows = await backUp(db, file, keys.audit, now())
  await noteBackup({ db, keys, now }, totalRows(rows))
  const sentence = `Respaldo completo en ${plainLine(file)}: ${totalRows(rows)} filas.`
  terminal.stdout.write(`${json ? jsonText({ ok: true, rows }) : sentence}\n`)
  return DONE
}

/** For who wants to know how old the last one is; a full disk is no reason not to have made it. */
async function noteBackup(
  { db, keys, now }: Pick<Context, 'db' | 'keys' | 'now'>,
  rows: number,
): Promise<void> {
  const entry: AuditEntry = {
    actor: 'command-line',
    action: 'database.backed-up',
    subject: 'database',
    detail: { rows },
  }
  await ifWritable(() => transaction(db, (tx) => record(tx, keys.audit, entry, now())))
}

/**
 * `restore FILE [--json]`: fills an empty database. Exit 0, or 1 when the file or the database is
 * unfit.
 */
export async function runRestore(
  args: string[],
  { db, keys, now }: Pick<Context, 'db' | 'keys' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const { file, json } = readArguments(args)
  const restored = await restore(db, file, keys.audit, now())
  if (json) {
    const report = restored.ok ? restored : { ...restored, message: REFUSALS[restored.refusal] }
    terminal.stdout.write(`${jsonText(report)}\n`)
  } else if (restored.ok) {
    terminal.stdout.write(
      `Restaurado desde ${plainLine(file)}: ${totalRows(restored.rows)} filas.\n`,
    )
  } else terminal.stderr.write(`${plainLine(file)}: ${REFUSALS[restored.refusal]}\n`)
  return restored.ok ? DONE : REFUSED
}

function readArguments(args: string[]): { file: string; json: boolean } {
  const options = { json: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [file, ...more] = positionals
  if (file === undefined) throw new WrongUse('Falta decir qué archivo.')
  if (more.length > 0) throw new WrongUse(`Sobra «${plainLine(more[0] ?? '')}».`)
  return { file, json: values.json ?? false }
}
