import { AsyncLocalStorage } from 'node:async_hooks'
import type { Log } from '../context.ts'
import type { Db } from '../db/open.ts'
import { findChanges, idsInForce } from './parameters/change-store.ts'
import type { PolicyInForce } from './parameters/in-force.ts'
import { policyInForce } from './parameters/in-force.ts'
import type { Policy } from './policy.ts'

/** The bank's policy as its people change it while the portal runs, in every process. */
export interface LivePolicy {
  /** Reads like any policy and always says what is in force; hand it on, or parts of it, as it is. */
  readonly policy: Policy
  /** The bank's file, on which the changes stand. */
  readonly base: Policy
  inForce(): PolicyInForce
  /** Looks for what has changed or begun. */
  refresh(): Promise<void>
  /** Looks again and again; a failure is logged and changes nothing. Answers how to stop. */
  keepFresh(): () => void
  /** Within `run` and what follows from it, the policy stays what `then` says. */
  hold<Result>(then: PolicyInForce, run: () => Result): Result
  /** Called after each change, with what is in force from then on, whatever the caller holds. */
  onChange(listener: (policy: Policy) => void): void
}

/** All processes have seen a change after this. */
const REFRESH_MS = 15_000

/** Until the first `refresh` the bank's file is in force as it is. */
export function livePolicy(
  base: Policy,
  { db, now, log }: { db: Db; now: () => Date; log: Log },
): LivePolicy {
  const held = new AsyncLocalStorage<PolicyInForce>()
  const listeners: ((policy: Policy) => void)[] = []
  let current = policyInForce(base, [])
  let seen = ''
  let refreshing = Promise.resolve()

  const look = async () => {
    const ids = await idsInForce(db, now())
    if (ids.join() === seen) return
    current = policyInForce(base, await findChanges(db, ids))
    seen = ids.join()
    for (const listener of listeners) listener(current.policy)
  }
  // One after the other, so that an older answer never replaces a newer one.
  const refresh = () => (refreshing = refreshing.then(look, look))

  return {
    policy: liveView(base, () => (held.getStore() ?? current).policy),
    base,
    inForce: () => current,
    refresh,
    keepFresh: () => {
      const again = () =>
        refresh().catch((error: unknown) => log.warn({ err: error }, 'policy not refreshed'))
      const timer = setInterval(again, REFRESH_MS)
      timer.unref()
      return () => clearInterval(timer)
    },
    hold: (then, run) => held.run(then, run),
    onChange: (listener) => {
      listeners.push(listener)
    },
  }
}

/** Getters in the shape of `base`: what is taken out of it and kept still says what is in force. */
function liveView(base: Policy, current: () => Policy): Policy {
  const groups = Object.entries(base).map(([group, rules]) => {
    const view = {}
    for (const rule of Object.keys(rules)) {
      const get = () =>
        (current() as unknown as Record<string, Record<string, unknown>>)[group]?.[rule]
      Object.defineProperty(view, rule, { enumerable: true, get })
    }
    return [group, view]
  })
  return Object.fromEntries(groups) as Policy
}
