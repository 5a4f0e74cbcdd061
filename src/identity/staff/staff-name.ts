const SHAPE = /^[a-z][a-z0-9]*(?:\.[a-z0-9]+)*$/
const LENGTH_MIN = 3
const LENGTH_MAX = 30

/**
 * The user name of somebody of the bank, `diego.mora`, in the one form under which it is stored and
 * counted. Null for anything else: it begins with a letter, so it is never a cédula.
 */
export function readStaffName(typed: string): string | null {
  const name = typed.trim().toLowerCase()
  if (name.length < LENGTH_MIN || name.length > LENGTH_MAX) return null
  return SHAPE.test(name) ? name : null
}
