import { parseArgs } from 'node:util'
import type { AuditEntry } from '../audit/audit-store.ts'
import { record } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { addCustomer } from '../identity/parties/add-customer.ts'
import { formatDateTime } from '../values/day.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import { addStaffUser } from './staff-command.ts'
import type { Terminal } from './terminal.ts'
import { WrongUse } from './wrong-use.ts'

export const userHelp = `Registra a un cliente y abre su primer ingreso, o da acceso a una persona del banco.

Uso: npm run portal -- user add (--id CÉDULA | --role ROL --user USUARIO) --name NOMBRE [--email CORREO] [--json]

Un cliente:
  --id     la cédula o el RUC
  --name   el nombre como debe aparecer
  --email  el correo que tiene el banco; a él llega el código del primer ingreso

Una persona del banco, que ingresa en /interno/ingresar:
  --role   administrator, approver, auditor o loader
  --user   su usuario: letras, números y puntos, como diego.mora
  --name   su nombre
  --email  su correo del banco; a él llega una contraseña inicial al azar, que sirve una vez
  --print  imprime aquí la contraseña inicial y no la envía: solo para cuando el correo
           todavía no funciona; entrégala en persona y que la use enseguida

  --json   imprime solo un objeto JSON con el resultado
  --help   muestra esta ayuda

Repetirlo para un cliente que aún no ha ingresado cambia su correo y abre otra ventana.
La primera persona con --role administrator da acceso a las demás desde /interno/usuarios; si
ninguna puede entrar, desbloquéala con «user unlock» o crea otra con esta orden. El correo sale cuando el portal está en marcha.
Termina con 0 si se registró, 1 si se rechazó, 2 si la orden está mal escrita.
`

const OPTIONS = {
  id: { type: 'string' },
  name: { type: 'string' },
  email: { type: 'string' },
  role: { type: 'string' },
  user: { type: 'string' },
  print: { type: 'boolean' },
  json: { type: 'boolean' },
} as const

type Needs = Pick<Context, 'db' | 'keys' | 'policy' | 'now' | 'random'>

/**
 * `user add`: makes a customer known and opens the window of the first login, or, with `--role`,
 * gives somebody of the bank an access. Exit 0 added, 1 refused.
 */
export async function addUser(args: string[], context: Needs, terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const { id, role, user, name, email, print = false, json = false } = values
  if (role !== undefined || user !== undefined) {
    if (id !== undefined) throw new WrongUse('Elige: --id para un cliente, --role para el banco.')
    return addStaffUser({ role, user, name, email, print, json }, context, terminal)
  }
  if (print) throw new WrongUse('--print es para personas del banco, con --role.')
  if (!id || !name) throw new WrongUse(`Falta ${id ? '--name' : '--id'}.`)
  return addCustomerUser({ id, name, email, json }, context, terminal)
}

async function addCustomerUser(
  person: { id: string; name: string; email: string | undefined; json: boolean },
  { db, keys, policy, now }: Needs,
  terminal: Terminal,
): Promise<number> {
  const { id, name, email, json } = person
  const at = now()
  const customer = { number: id, name, ...(email ? { email } : {}) }
  const added = await addCustomer(db, customer, policy, at, (tx, partyId) => {
    const entry: AuditEntry = {
      actor: 'command-line',
      action: 'customer.added',
      subject: `party:${partyId}`,
      detail: { email: email !== undefined },
    }
    return record(tx, keys.audit, entry, at)
  })
  if (json) terminal.stdout.write(`${jsonText(added)}\n`)
  else if (added.ok) {
    const until = formatDateTime(new Date(added.windowClosesAt))
    terminal.stdout.write(`Listo: puede hacer su primer ingreso hasta el ${until}.\n`)
  } else terminal.stderr.write(`${plainLine(id)}: ${added.message}\n`)
  return added.ok ? 0 : 1
}
