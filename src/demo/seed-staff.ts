import type { Context } from '../context.ts'
import { transaction } from '../db/transaction.ts'
import { findStaffLogin, setPassword } from '../identity/login-store.ts'
import type { StaffRole } from '../identity/person.ts'
import { endInitialPasswords } from '../identity/recovery/initial-password-store.ts'
import { giveRecoveryCodes } from '../identity/staff/factor/recovery-codes.ts'
import { addSecondFactor } from '../identity/staff/factor/second-factor-store.ts'
import { addStaff } from '../identity/staff/people/add-staff.ts'
import { roleWords } from '../identity/staff/role-words.ts'
import { toolsOf } from '../identity/tools.ts'
import { seal } from '../values/keys.ts'
import type { DemoSecrets } from './demo-secrets.ts'

/** Somebody of the fictitious bank, and with what they sign in. */
export interface DemoColleague {
  name: string
  username: string
  role: string
  password: string
  /** Of their app, base 32. */
  totp: string
}

const PEOPLE: readonly { role: StaffRole; username: string; name: string }[] = [
  { role: 'administrator', username: 'ana.vera', name: 'Ana Vera' },
  { role: 'loader', username: 'diego.mora', name: 'Diego Mora' },
  { role: 'approver', username: 'lucia.zambrano', name: 'Lucía Zambrano' },
  { role: 'auditor', username: 'tomas.rea', name: 'Tomás Rea' },
]

export function demoColleagues({ staff }: Pick<DemoSecrets, 'staff'>): DemoColleague[] {
  return PEOPLE.map(({ role, username, name }) => ({
    name,
    username,
    role: roleWords(role).name,
    ...staff[role],
  }))
}

/** Gives the bank its people, each with password and app; whoever is there already stays as they are. */
export async function seedStaff(
  context: Context,
  { staff }: Pick<DemoSecrets, 'staff'>,
): Promise<void> {
  const tools = toolsOf(context)
  const { db, keys, now } = context
  for (const { role, username, name } of PEOPLE) {
    if (await findStaffLogin(db, username)) continue
    const person = { username, name, role, email: `${username}@bancoceibo.example` }
    const added = await addStaff(db, tools, 'command-line', person, now(), { mail: false })
    // Somebody whose access was taken away in the demo is left without.
    if (!added.ok) continue
    const { loginId } = added
    const { password, totp } = staff[role]
    const hash = await tools.hasher.hash(password)
    await transaction(db, async (tx) => {
      await endInitialPasswords(tx, loginId, now())
      await setPassword(tx, loginId, hash, now())
      // Theirs would be on paper; whoever wants to see some makes others, in the profile.
      await giveRecoveryCodes(tx, tools, loginId, now())
      await addSecondFactor(tx, { loginId, sealedSecret: seal(keys.seal, totp), step: 0 }, now())
    })
  }
}
