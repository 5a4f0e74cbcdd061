import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { backUp } from './back-up.ts'
import type { RestoreRefusal } from './restore.ts'
import { restore } from './restore.ts'
import { verify } from './verify.ts'

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

const DONE = 0
const REFUSED = 1
const WRONG_USE = 2

const REFUSALS: Record<RestoreRefusal, string> = {
  'not-a-backup': 'no es un respaldo del portal. Usa un archivo hecho con «backup».',
  cut: 'está cortado o dañado. Usa otra copia; la base quedó como estaba.',
  'not-empty': 'no se puede restaurar: la base ya tiene datos. Apunta DATABASE_URL a una vacía.',
  'other-schema': 'es de otra versión del portal. Restaura con la versión que lo hizo y actualiza.',
}

export async function runBackup(
  args: string[],
  context: Context,
  terminal: Terminal,
): Promise<number> {
  const file = onlyArgument(args)
  if (!file) {
    terminal.stderr.write('Falta el archivo: npm run portal -- backup ARCHIVO\n')
    return WRONG_USE
  }
  const rows = await backUp(context.db, file, context.now())
  terminal.stdout.write(`Respaldo completo en ${file}: ${total(rows)} filas.\n`)
  return DONE
}

export async function runRestore(
  args: string[],
  context: Context,
  terminal: Terminal,
): Promise<number> {
  const file = onlyArgument(args)
  if (!file) {
    terminal.stderr.write('Falta el archivo: npm run portal -- restore ARCHIVO\n')
    return WRONG_USE
  }
  const restored = await restore(context.db, file)
  if (!restored.ok) {
    terminal.stderr.write(`${file}: ${REFUSALS[restored.refusal]}\n`)
    return REFUSED
  }
  terminal.stdout.write(`Restaurado desde ${file}: ${total(restored.rows)} filas.\n`)
  return DONE
}

export async function runVerify(
  args: string[],
  context: Context,
  terminal: Terminal,
): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const report = await verify(context)
  if (values.json) terminal.stdout.write(`${JSON.stringify(report)}\n`)
  else {
    for (const check of report.checks) {
      terminal.stdout.write(`${check.ok ? '✓' : '✗'} ${check.name}: ${check.count} revisados\n`)
      for (const problem of check.problems) terminal.stdout.write(`    ${problem}\n`)
    }
    terminal.stdout.write(report.ok ? 'Todo está bien.\n' : 'Hay problemas: ve arriba.\n')
  }
  return report.ok ? DONE : REFUSED
}

function onlyArgument(args: string[]): string | undefined {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true })
  return positionals.length === 1 ? positionals[0] : undefined
}

function total(rows: Record<string, number>): number {
  return Object.values(rows).reduce((sum, count) => sum + count, 0)
}
