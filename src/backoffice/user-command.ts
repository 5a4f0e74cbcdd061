import { parseArgs } from 'node:util'
import type { Context } from '../context.ts'
import { addCustomer } from '../identity/add-customer.ts'
import { formatDateTime } from '../values/day.ts'

interface Terminal {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

const OPTIONS = {
  id: { type: 'string' },
  name: { type: 'string' },
  email: { type: 'string' },
  json: { type: 'boolean' },
} as const

/**
 * `user add`: makes a customer known with the address the bank holds, and opens the window in which
 * the cédula opens the first login. Exit 0 added, 1 refused, 2 wrong use.
 */
export async function addUser(
  args: string[],
  context: Context,
  terminal: Terminal,
): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS })
  const { id, name, email } = values
  if (!id || !name) {
    terminal.stderr.write('Faltan datos: user add --id CÉDULA --name NOMBRE [--email CORREO]\n')
    return 2
  }
  const { db, policy, now } = context
  const added = await addCustomer(
    db,
    { number: id, name, ...(email ? { email } : {}) },
    policy,
    now(),
  )
  if (values.json) terminal.stdout.write(`${JSON.stringify(added)}\n`)
  else if (added.ok) {
    const until = formatDateTime(new Date(added.windowClosesAt))
    terminal.stdout.write(`Listo: puede hacer su primer ingreso hasta el ${until}.\n`)
  } else terminal.stderr.write(`${id}: ${added.message}\n`)
  return added.ok ? 0 : 1
}
