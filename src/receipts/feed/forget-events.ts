import { setImmediate } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Policy } from '../../policy/policy.ts'
import { addDays, dayOf } from '../../values/day.ts'
import { lastEvent } from './event-store.ts'
import { deleteEvents, followedAfter, noteDay, releaseEvents } from './forget-events-store.ts'

const PARTIES_AT_ONCE = 100

/**
 * Forgets events that are older than the bank keeps them. First nobody is told them any more, then
 * they are deleted, a few parties at a time: a program that is behind hears that it is, and never
 * gets a feed with a gap.
 */
export async function forgetEvents(
  db: Db,
  { eventDays }: Pick<Policy['retention'], 'eventDays'>,
  now: Date,
): Promise<void> {
  const today = dayOf(now)
  const upTo = await transaction(db, async (tx) => {
    await noteDay(tx, today, await lastEvent(tx))
    return releaseEvents(tx, addDays(today, -eventDays))
  })
  if (upTo === 0) return
  for (let after = 0; ; ) {
    const parties = await followedAfter(db, after, PARTIES_AT_ONCE)
    const last = parties.at(-1)
    if (last === undefined) return
    await transaction(db, (tx) => deleteEvents(tx, parties, upTo))
    after = last
    await setImmediate()
  }
}
