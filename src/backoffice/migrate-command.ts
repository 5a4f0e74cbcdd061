import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { migrate } from '../db/migrate.ts'

export const migrateHelp = `Crea o actualiza las tablas de la base de datos.

Uso: npm run portal -- migrate

  --help   muestra esta ayuda

También lo hacen «npm start», load, user add, backup y restore al empezar.
`

interface Terminal {
  stdout: { write(text: string): unknown }
}

/** `migrate`: says which migrations it applied. Exit 0. */
export async function runMigrate(
  args: string[],
  { db }: Pick<Context, 'db'>,
  terminal: Terminal,
): Promise<number> {
  parseArgs({ args, options: {} })
  const applied = await migrate(db)
  const names = applied.map((name) => `  ${name}\n`).join('')
  terminal.stdout.write(
    applied.length === 0 ? 'La base ya estaba al día.\n' : `Migraciones aplicadas:\n${names}`,
  )
  return 0
}
