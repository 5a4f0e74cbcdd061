import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { MAKE_PACKAGE } from './making/make-package.ts'
import { estimateBytes } from './package.ts'
import { toContent } from './package-store.ts'

// As the partial index of live work has it: bound values would keep SQLite from seeing that it fits.
const isLive = sql<boolean>`job.status in ('waiting', 'running', 'paused')`

/** About how much the packages that are waiting or under way will still write. */
export async function promisedBytes(db: Db): Promise<number> {
  const rows = await db
    .selectFrom('job')
    .innerJoin('package', 'package.id', 'job.subject_id')
    .where('job.kind', '=', MAKE_PACKAGE)
    .where(isLive)
    .select(['package.receipts', 'package.format', 'package.merged', 'job.done'])
    .execute()
  return rows.reduce((sum, row) => {
    return sum + estimateBytes(Math.max(0, row.receipts - row.done), toContent(row))
  }, 0)
}
