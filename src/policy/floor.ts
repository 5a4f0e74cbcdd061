import type { Policy, PolicyPath } from './policy.ts'

/** How far a number may go. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** What no bank may go below: the one table for its file and for what its people change. */
const FLOOR: Partial<Record<PolicyPath, Bounds>> = {
  'code.attemptsMax': { min: 1, max: 6 },
  'code.lifetimeMinutes': { min: 1, max: 5 },
  'login.failuresMax': { min: 1, max: 5 },
  'login.failuresCeiling': { max: 100 },
  'session.idleMinutes': { min: 1, max: 15 },
  'session.staffIdleMinutes': { min: 1, max: 15 },
  'session.absoluteHours': { min: 1, max: 12 },
  'session.limitedMinutes': { max: 15 },
  'password.lengthMin': { min: 8 },
  // Long phrases are the best passwords, and managers make long ones.
  'password.lengthMax': { min: 64 },
  'recovery.initialPasswordHours': { max: 24 },
  'firstLogin.windowHours': { max: 24 * 90 },
  'firstLogin.sourcePer10Minutes': { max: 60 },
  'firstLogin.sourcePerDay': { max: 300 },
  'retention.sessionDays': { min: 30 },
  // A program that was away for its owner's holidays still goes on where it was.
  'retention.eventDays': { min: 60 },
}

const CODES_MIN = 1_000_000

export function floorOf(path: PolicyPath): Bounds {
  return FLOOR[path] ?? {}
}

/** What a policy says at a path. */
export function ruleAt(policy: Policy, path: PolicyPath): unknown {
  const [group, field] = path.split('.') as [keyof Policy, string]
  return (policy[group] as unknown as Readonly<Record<string, unknown>>)[field]
}

/** The same policy but for one rule. */
export function withRule(policy: Policy, path: PolicyPath, value: unknown): Policy {
  const [group, field] = path.split('.') as [keyof Policy, string]
  return { ...policy, [group]: { ...policy[group], [field]: value } }
}

/** Names every rule that is weaker than what no bank may go below; an empty list is a good policy. */
export function belowFloor(policy: Policy): string[] {
  const weak = Object.entries(FLOOR).flatMap(([path, { min = -Infinity, max = Infinity }]) => {
    const value = Number(ruleAt(policy, path as PolicyPath))
    if (value < min) return [`${path}: less than ${min}`]
    return value <= max ? [] : [`${path}: more than ${max}`]
  })
  const codes = policy.code.alphabet.length ** policy.code.length
  return codes < CODES_MIN ? ['code: fewer than 1,000,000', ...weak] : weak
}

/** What in a policy contradicts itself, as a sentence; null when nothing does. */
export function contradictionIn({ password, login, firstLogin, recovery }: Policy): string | null {
  const { lengthMin, lettersMin, uppercaseMin, digitsMin } = password
  const rules: [broken: boolean, sentence: string][] = [
    [
      Math.max(lettersMin, uppercaseMin) + digitsMin > lengthMin,
      'Las letras y cifras que se exigen no caben en una contraseña del largo mínimo.',
    ],
    [
      login.failuresMax > login.failuresCeiling,
      'Los intentos que bloquean no pueden ser más que los del tope.',
    ],
    [
      firstLogin.sourcePer10Minutes > firstLogin.sourcePerDay,
      'Los primeros ingresos en 10 minutos no pueden ser más que los de un día.',
    ],
    [
      recovery.perHour > recovery.perDay,
      'Las recuperaciones por hora no pueden ser más que las de un día.',
    ],
  ]
  return rules.find(([broken]) => broken)?.[1] ?? null
}
