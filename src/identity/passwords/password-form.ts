import type { PasswordPolicy } from '../../policy/policy.ts'
import type { PasswordRule, Problems } from '../../web/forms.ts'
import type { Own } from './password.ts'
import { shownRules } from './password.ts'

/** What a page needs that asks for a new password. */
export interface PasswordForm {
  problems: Problems
  rules: readonly PasswordRule[]
  lengthMax: number
}

/** `attempt`: the password that was just refused; null when the form is shown for the first time. */
export function passwordForm(
  policy: PasswordPolicy,
  problems: Problems,
  attempt: string | null,
  own: Own = { numbers: [] },
): PasswordForm {
  return { problems, rules: shownRules(policy, attempt, own), lengthMax: policy.lengthMax }
}
