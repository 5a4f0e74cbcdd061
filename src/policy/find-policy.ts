import { amazonas } from './amazonas.ts'
import { belowFloor } from './floor.ts'
import type { Policy } from './policy.ts'

const POLICIES: ReadonlyMap<string, Policy> = new Map([['amazonas', amazonas]])

/** The policy that `BANK_POLICY` names. Throws when there is none, or when it is below the floor. */
export function findPolicy(name: string): Policy {
  const policy = POLICIES.get(name)
  if (!policy) throw new Error(`BANK_POLICY: no hay una política «${name}»`)
  const weak = belowFloor(policy)
  if (weak.length > 0)
    throw new Error(`BANK_POLICY «${name}» is below the floor: ${weak.join('; ')}`)
  return policy
}
