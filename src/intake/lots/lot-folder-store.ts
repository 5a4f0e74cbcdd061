import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/**
 * Takes their folders from some lots that were done with before a moment. Whoever corrects a lot at
 * this moment comes first, and it is left alone, or finds it without its files.
 *
 * @returns the names of the folders, which belong to no lot from now on
 */
export async function releaseFolders(tx: Tx, before: Date, limit: number): Promise<string[]> {
  const rows = await tx
    .selectFrom('lot')
    .select(['id', 'folder'])
    .where('folder', 'is not', null)
    .where('status', 'in', ['published', 'withdrawn', 'discarded'])
    // Each publication is noted in the place of the one before it.
    .where(sql<string>`coalesce(ended_at, published_at)`, '<', before.toISOString())
    .orderBy('id')
    .limit(limit)
    .$if(isPostgres(tx), (query) => query.forUpdate())
    .execute()
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  await tx.updateTable('lot').set({ folder: null }).where('id', 'in', anyOf(tx, ids)).execute()
  return rows.flatMap(({ folder }) => folder ?? [])
}

/**
 * Those of these folders that belong to a lot, each with what the files of its rows are called in it:
 * only those come one after the other.
 */
export async function lotsInFolders(
  db: Db,
  folders: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await db
    .selectFrom('lot')
    .leftJoin('lot_file', (join) =>
      join.onRef('lot_file.lot_id', '=', 'lot.id').on('lot.kind', '=', 'rows'),
    )
    .select(['lot.folder', 'lot_file.stored'])
    .where('lot.folder', 'in', folders)
    .execute()
  const lots = new Map<string, Set<string>>()
  for (const { folder, stored } of rows) {
    const files = lots.get(folder ?? '') ?? new Set()
    lots.set(folder ?? '', files.add(stored ?? ''))
  }
  return lots
}
