import { parseArgs } from 'node:util'
import { record } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import { addCustomer } from '../identity/add-customer.ts'
import { formatDateTime } from '../values/day.ts'
import { jsonText, plainLine } from '../values/terminal-text.ts'
import type { Terminal } from './terminal.ts'
import { WrongUse } from './wrong-use.ts'

export const userHelp = `Registra a un cliente y abre su ventana de primer ingreso.

Uso: npm run portal -- user add --id CÉDULA --name NOMBRE [--email CORREO] [--json]

  --id     la cédula o el RUC
  --name   el nombre como debe aparecer
  --email  el correo que tiene el banco; a él llega el código del primer ingreso
  --json   imprime solo un objeto JSON con el resultado
  --help   muestra esta ayuda

Repetirlo para quien aún no ha ingresado cambia el correo y abre otra ventana.
Termina con 0 si se registró, 1 si se rechazó, 2 si la orden está mal escrita.
`

const OPTIONS = {
  id: { type: 'string' },
  name: { type: 'string' },
  email: { type: 'string' },
  json: { type: 'boolean' },
} as const

/**
 * `user add`: makes a customer known with the address the bank holds, and opens the window in which
 * the cédula opens the first login. Exit 0 added, 1 refused.
 */
export async function addUser(
  args: string[],
  context: Pick<Context, 'db' | 'keys' | 'policy' | 'now'>,
  terminal: Terminal,
): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const { id, name, email } = values
  if (!id || !name) throw new WrongUse(`Falta ${id ? '--name' : '--id'}.`)
  const { db, keys, policy, now } = context
  const at = now()
  const customer = { number: id, name, ...(email ? { email } : {}) }
  const added = await addCustomer(db, customer, policy, at, (tx, partyId) => {
    const detail = { email: email !== undefined }
    const entry = { actor: 'command-line', action: 'customer.added', subject: `party:${partyId}` }
    return record(tx, keys.audit, { ...entry, detail }, at)
  })
  if (values.json) terminal.stdout.write(`${jsonText(added)}\n`)
  else if (added.ok) {
    const until = formatDateTime(new Date(added.windowClosesAt))
    terminal.stdout.write(`Listo: puede hacer su primer ingreso hasta el ${until}.\n`)
  } else terminal.stderr.write(`${plainLine(id)}: ${added.message}\n`)
  return added.ok ? 0 : 1
}
