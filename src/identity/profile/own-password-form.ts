import type { Db } from '../../db/open.ts'
import type { Policy } from '../../policy/policy.ts'
import { maskEmail } from '../../values/email-address.ts'
import type { Problems } from '../../web/forms.ts'
import { findLogin } from '../login-store.ts'
import type { PasswordForm } from '../passwords/password-form.ts'
import { passwordForm } from '../passwords/password-form.ts'
import type { Person } from '../person.ts'

/** The form by which a signed-in person changes their password; `email` is where they are told. */
export async function ownPasswordForm(
  db: Db,
  policy: Policy,
  { loginId, displayName }: Person,
  problems: Problems,
  attempt: string | null,
): Promise<PasswordForm & { email: string | null }> {
  const login = await findLogin(db, loginId)
  const email = login?.email ?? null
  const own = { numbers: [], name: displayName, email: email ?? '' }
  const form = passwordForm(policy.password, problems, attempt, own)
  return { ...form, email: email && maskEmail(email) }
}
