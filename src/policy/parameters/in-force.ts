import { belowFloor, contradictionIn, withRule } from '../floor.ts'
import type { KeptLogo } from '../logo/kept-logo.ts'
import { brandLogo } from '../logo/kept-logo.ts'
import type { Policy, PolicyPath } from '../policy.ts'
import type { ParameterChange } from './change-store.ts'
import type { Parameter, Reading } from './parameter.ts'
import { readTyped } from './parameter.ts'
import { PARAMETERS } from './parameters.ts'

/** What holds at one moment: never changed, only replaced. */
export interface PolicyInForce {
  readonly policy: Policy
  /** The last change that has begun of each rule that was ever changed. */
  readonly changes: readonly ParameterChange[]
  /** Of those, the ones that no longer keep the rules, and why; the bank's file counts instead. */
  readonly overruled: ReadonlyMap<PolicyPath, string>
}

const UNKNOWN = 'Esta versión del portal no conoce ese valor.'
const BELOW = 'Queda por debajo del mínimo que ningún banco puede rebajar.'

/**
 * The bank's file with the changes in force upon it, in the order in which they were agreed on. One
 * that is weaker than the floor, contradicts the others, or is not known is left out.
 */
export function policyInForce(base: Policy, changes: readonly ParameterChange[]): PolicyInForce {
  let policy = base
  const overruled = new Map<PolicyPath, string>()
  for (const { name, value, id } of changes) {
    const parameter = PARAMETERS.get(name)
    if (!parameter || value === null) continue
    const next = withValue(policy, parameter, value, id)
    if (next.ok) policy = next.value
    else overruled.set(parameter.path, next.problem)
  }
  return { policy, changes, overruled }
}

/**
 * The policy as it would be with one change more, or the sentence why it may not be made: it is not
 * good itself, or another one that is good now would no longer be.
 */
export function withChange(
  base: Policy,
  { changes, overruled }: PolicyInForce,
  change: ParameterChange,
): Reading<Policy> {
  const others = changes.filter(({ name }) => name !== change.name)
  const next = policyInForce(base, [...others, change])
  for (const [path, problem] of next.overruled) {
    if (path === change.name || !overruled.has(path)) return { ok: false, problem }
  }
  return { ok: true, value: next.policy }
}

function withValue(
  policy: Policy,
  parameter: Parameter,
  value: unknown,
  changeId: number,
): Reading<Policy> {
  const problem = problemOf(parameter, value)
  if (problem) return { ok: false, problem }
  const rule = parameter.kind === 'logo' ? brandLogo(value as KeptLogo, changeId) : value
  const next = withRule(policy, parameter.path, rule)
  if (belowFloor(next).length > 0) return { ok: false, problem: BELOW }
  const contradiction = contradictionIn(next)
  return contradiction ? { ok: false, problem: contradiction } : { ok: true, value: next }
}

/** Whether a kept value would be taken today, if somebody typed it. */
function problemOf(parameter: Parameter, value: unknown): string | null {
  if (parameter.kind === 'logo') return typeof value === 'object' ? null : UNKNOWN
  const read = readTyped(parameter, String(value))
  if (!read.ok) return read.problem
  return read.value === value ? null : UNKNOWN
}
