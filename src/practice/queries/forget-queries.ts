import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { deleteSome, oldestQueries } from './forget-store.ts'

const DAY_MS = 24 * 3_600_000
/** The page of the queries says so, too. */
const KEPT_DAYS = 365
const QUERIES_AT_ONCE = 50
/** Lines deleted at once, so that nobody waits long for the writer. */
const SLICE = 1_000

/** Deletes queries that were asked a year ago, with their answers. */
export async function forgetQueries(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_DAYS * DAY_MS)
  for (;;) {
    const ids = await oldestQueries(db, before, QUERIES_AT_ONCE)
    if (ids.length === 0) return
    for (const id of ids) {
      while (!(await transaction(db, (tx) => deleteSome(tx, id, SLICE)))) await letOthersRun()
    }
  }
}
