import type { Context } from '../context.ts'
import { addStaff } from '../identity/staff/people/add-staff.ts'
import { toolsOf } from '../identity/tools.ts'
import { formatDateTime } from '../values/day.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import type { Terminal } from './terminal.ts'
import { WrongUse } from './wrong-use.ts'

interface Given {
  role: string | undefined
  user: string | undefined
  name: string | undefined
  email: string | undefined
  print: boolean
  json: boolean
}

/** The part of `user add` for people of the bank. Exit 0 added, 1 refused. */
export async function addStaffUser(
  given: Given,
  context: Pick<Context, 'db' | 'keys' | 'policy' | 'now' | 'random'>,
  terminal: Terminal,
): Promise<number> {
  const { role, user, name, email, print, json } = given
  if (!role) throw new WrongUse('Falta --role.')
  if (!user) throw new WrongUse('Falta --user.')
  if (!name) throw new WrongUse('Falta --name.')
  if (!email) throw new WrongUse('Falta --email.')
  const entered = { username: user, name, role, email }
  const { db, now } = context
  const mail = { mail: !print }
  const added = await addStaff(db, toolsOf(context), 'command-line', entered, now(), mail)
  if (!added.ok) {
    const problems = Object.values(added.problems ?? {})
    if (json) terminal.stdout.write(`${jsonText(added)}\n`)
    else for (const problem of problems) terminal.stderr.write(`${plainLine(user)}: ${problem}\n`)
    return 1
  }
  const { loginId, username, initialPassword, expiresAt } = added
  const secret = initialPassword === null ? {} : { initialPassword }
  if (json) {
    const report = { ok: true, loginId, username, ...secret, expiresAt: expiresAt.toISOString() }
    terminal.stdout.write(`${jsonText(report)}\n`)
    return 0
  }
  const until = formatDateTime(expiresAt)
  terminal.stdout.write(
    initialPassword !== null
      ? `Listo: ${username} ingresa en /interno/ingresar con la contraseña inicial ${initialPassword}, una sola vez, hasta el ${until}.\n`
      : `Listo: la contraseña inicial de ${username} va a su correo y sirve hasta el ${until}.\n`,
  )
  return 0
}
