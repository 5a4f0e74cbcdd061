import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { deeds, manage } from '../identity/staff/people/manage-staff.ts'
import { readStaffName } from '../identity/staff/staff-name.ts'
import { toolsOf } from '../identity/tools.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import type { Terminal } from './terminal.ts'
import { WrongUse } from './wrong-use.ts'

export const unlockHelp = `Desbloquea a una persona del banco que falló demasiadas veces al ingresar.

Uso: npm run portal -- user unlock USUARIO [--json]

  USUARIO  el suyo, como diego.mora
  --json   imprime solo un objeto JSON con el resultado
  --help   muestra esta ayuda

Para cuando nadie más que administre puede hacerlo desde /interno/usuarios. Su contraseña y su
segundo factor siguen siendo los mismos. Un acceso que su dueño cerró con «no fui yo» no se abre
así: lo restablece otra persona que administra; si no hay, da acceso a una con «user add».
Termina con 0 si se desbloqueó, 1 si no estaba bloqueada o no existe, 2 si la orden está mal escrita.
`

const REFUSALS: Readonly<Record<string, string>> = {
  none: 'No hay nadie del banco con ese usuario.',
  unchanged: 'No estaba bloqueado: no cambiamos nada.',
}

/** `user unlock NAME`: opens a login of the bank's that wrong tries locked. Exit 0 done, 1 refused. */
export async function unlockUser(
  args: string[],
  context: Pick<Context, 'db' | 'keys' | 'policy' | 'now' | 'random'>,
  terminal: Terminal,
): Promise<number> {
  const options = { json: { type: 'boolean' } } as const
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const [typed, more] = positionals
  if (typed === undefined) throw new WrongUse('Falta decir qué usuario.')
  if (more !== undefined) throw new WrongUse(`Sobra «${plainLine(more)}».`)
  const username = readStaffName(typed) ?? typed
  const { db, now } = context
  const done = await manage(db, toolsOf(context), 'command-line', username, deeds.unlock, now())
  if (done.ok) {
    const report = values.json
      ? jsonText({ ok: true, username })
      : `Listo: ${username} ya puede ingresar.`
    terminal.stdout.write(`${report}\n`)
    return 0
  }
  const { refusal } = done
  const message = REFUSALS[refusal] ?? refusal
  if (values.json) terminal.stdout.write(`${jsonText({ ok: false, refusal, message })}\n`)
  else terminal.stderr.write(`${plainLine(typed)}: ${message}\n`)
  return 1
}
