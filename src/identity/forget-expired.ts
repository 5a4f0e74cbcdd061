import type { Db } from '../db/open.ts'
import { deleteDevices, deleteExpired, deleteSessions } from './expiry-store.ts'

const DAY_MS = 24 * 3_600_000
/** Long enough to answer «who was signed in last month?». */
const SESSION_DAYS = 35
const DEVICE_DAYS = 180

/**
 * Deletes what identity no longer needs: codes, links, mailed passwords and counters a day after
 * they ran out, sessions after a month, devices with their mark. Answers rows by table.
 */
export async function forgetExpired(db: Db, now: Date): Promise<Record<string, number>> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS)
  const expired = await deleteExpired(db, daysAgo(1))
  const session = await deleteSessions(db, daysAgo(SESSION_DAYS))
  const device = await deleteDevices(db, daysAgo(DEVICE_DAYS))
  return { ...expired, session, device }
}
