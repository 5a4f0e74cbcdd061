import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { migrate } from '../db/migrate.ts'
import { jsonText } from '../values/terminal-text.ts'
import type { Terminal } from './terminal.ts'

export const migrateHelp = `Crea o actualiza las tablas de la base de datos.

Uso: npm run portal -- migrate [--json]

  --json   imprime solo un objeto JSON con las migraciones aplicadas
  --help   muestra esta ayuda

También lo hacen «npm start», load, user add, backup y restore al empezar.
`

/** `migrate [--json]`: says which migrations it applied. Exit 0. */
export async function runMigrate(
  args: string[],
  { db }: Pick<Context, 'db'>,
  terminal: Pick<Terminal, 'stdout'>,
): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' } } })
  const applied = await migrate(db)
  if (values.json) {
    terminal.stdout.write(`${jsonText({ ok: true, applied })}\n`)
    return 0
  }
  const names = applied.map((name) => `  ${name}\n`).join('')
  terminal.stdout.write(
    applied.length === 0 ? 'La base ya estaba al día.\n' : `Migraciones aplicadas:\n${names}`,
  )
  return 0
}
