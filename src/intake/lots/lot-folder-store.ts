import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'

/** Lots that ended before a moment and whose files are still there. */
export async function lotsDoneBefore(
  db: Db,
  before: Date,
  limit: number,
): Promise<{ id: number; folder: string }[]> {
  return db
    .selectFrom('lot')
    .select(['id', 'folder'])
    .where('folder', 'is not', null)
    .where('status', 'in', ['published', 'withdrawn', 'discarded'])
    .where(sql<string>`coalesce(ended_at, published_at)`, '<', before.toISOString())
    .limit(limit)
    .$narrowType<{ folder: string }>()
    .execute()
}

/** The files of a lot are gone. */
export async function forgetFolder(db: Db, lotId: number): Promise<void> {
  await db.updateTable('lot').set({ folder: null }).where('id', '=', lotId).execute()
}

/** Those of these folders that belong to a lot. */
export async function foldersInUse(db: Db, folders: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('lot').select('folder').where('folder', 'in', folders).execute()
  return new Set(rows.map(({ folder }) => folder ?? ''))
}
