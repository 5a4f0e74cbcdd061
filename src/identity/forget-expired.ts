import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../db/open.ts'
import type { Policy } from '../policy/policy.ts'
import type { Expiring } from './expiry-store.ts'
import { deleteExpired } from './expiry-store.ts'

const DAY_MS = 24 * 3_600_000

/** Days after its end for which a row is kept. */
function keptDays({ sessionDays, deviceDays }: Policy['retention']): Record<Expiring, number> {
  return {
    one_time_code: 1,
    initial_password: 1,
    mailed_link: 1,
    throttle: 1,
    session: sessionDays,
    device: deviceDays,
  }
}

/** Rows deleted at once, so that nobody waits long for the writer. */
const SLICE = 1_000

/**
 * Deletes what identity no longer needs: codes, links, mailed passwords and counters a day after
 * they ran out, sessions and devices when the policy says. Answers rows by table.
 */
export async function forgetExpired(
  db: Db,
  retention: Policy['retention'],
  now: Date,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const [table, days] of Object.entries(keptDays(retention)) as [Expiring, number][]) {
    const before = new Date(now.getTime() - days * DAY_MS)
    counts[table] = await deleteAll(db, table, before)
  }
  return counts
}

async function deleteAll(db: Db, table: Expiring, before: Date): Promise<number> {
  for (let total = 0; ; await letOthersRun()) {
    const deleted = await deleteExpired(db, table, before, SLICE)
    total += deleted
    if (deleted < SLICE) return total
  }
}
