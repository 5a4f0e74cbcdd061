import { canonicalTaxId, equivalentTaxIds } from '../values/tax-id.ts'

/** What somebody typed as user name, in the one form under which it is looked up and counted. */
export interface UserName {
  /** Counters and limits go by this: cédula and RUC of one person are one identity. */
  identity: string
  /** Every identification that leads to the same person. */
  numbers: readonly string[]
}

/** Passports have five signs or more; shorter words lead nowhere. */
const FIRST_LOGIN_LENGTH_MIN = 5

/**
 * Reads a user name. Null for signs that none has: another alphabet's digits and invisible signs
 * would be doubles of a name with fresh counters.
 */
export function readUserName(typed: string): UserName | null {
  const canonical = canonicalTaxId(typed)
  if (canonical === null) return null
  const numbers = equivalentTaxIds(canonical)
  return { identity: numbers[0] ?? canonical, numbers }
}

/**
 * Whether the initial password was typed: the same number as user and as password. Asked of the
 * form alone, never of the customer, so that every number is answered alike.
 */
export function isFirstLogin(name: UserName, password: string): boolean {
  const canonical = canonicalTaxId(password)
  if (canonical === null || !name.numbers.includes(canonical)) return false
  return canonical.length >= FIRST_LOGIN_LENGTH_MIN && /\d/.test(canonical)
}
