import type { Tx } from '../../db/transaction.ts'
import { lastJobOf, stopJob } from '../../work/job-store.ts'
import { MAKE_PACKAGE } from './making/make-package.ts'
import { endPackage } from './package-store.ts'

/** Stops what makes a package; at once when nobody has taken it up, else between two steps. */
export async function cancelPackage(
  tx: Tx,
  id: number,
  now: Date,
): Promise<'asked' | 'stopped' | 'over'> {
  const job = await lastJobOf(tx, id, [MAKE_PACKAGE])
  if (job === null) return 'over'
  const outcome = await stopJob(tx, job.id, 'cancel', now)
  if (outcome === 'stopped') {
    return (await endPackage(tx, id, { status: 'cancelled' }, now)) ? 'stopped' : 'over'
  }
  return outcome
}
