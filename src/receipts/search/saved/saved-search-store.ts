import type { Db } from '../../../db/open.ts'
import { builtOnce } from '../../../db/raw-query.ts'
import type { Tx } from '../../../db/transaction.ts'

/** A search that somebody named; its query keeps the name of its period, so that it moves on. */
export interface SavedSearch {
  readonly id: number
  readonly name: string
  /** As `searchQuery` writes it. */
  readonly query: string
}

export const SAVED_SEARCHES_MAX = 20

const findSaved = builtOnce((db) =>
  db
    .selectFrom('saved_search')
    .select(['id', 'name', 'query'])
    .where('login_id', '=', 0)
    .orderBy('name')
    .orderBy('id'),
)

/** A login's searches, by name. */
export function savedSearchesOf(db: Db, loginId: number): Promise<SavedSearch[]> {
  return findSaved(db, [loginId])
}

export type SavedOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: 'name-taken' | 'too-many' | 'none' }

/** Adds a search under a name of its own. */
export async function addSavedSearch(
  tx: Tx,
  loginId: number,
  search: { name: string; query: string },
  now: Date,
): Promise<SavedOutcome> {
  const saved = await savedSearchesOf(tx, loginId)
  if (saved.some(({ name }) => name === search.name)) return { ok: false, refusal: 'name-taken' }
  if (saved.length >= SAVED_SEARCHES_MAX) return { ok: false, refusal: 'too-many' }
  const row = { login_id: loginId, ...search, created_at: now.toISOString() }
  // Two tabs saving the same name at once: the second finds it taken, whatever the database.
  const added = await tx
    .insertInto('saved_search')
    .values(row)
    .onConflict((conflict) => conflict.columns(['login_id', 'name']).doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 0n ? { ok: false, refusal: 'name-taken' } : { ok: true }
}

export async function renameSavedSearch(
  tx: Tx,
  loginId: number,
  id: number,
  name: string,
): Promise<SavedOutcome> {
  const saved = await savedSearchesOf(tx, loginId)
  if (!saved.some((search) => search.id === id)) return { ok: false, refusal: 'none' }
  if (saved.some((search) => search.id !== id && search.name === name)) {
    return { ok: false, refusal: 'name-taken' }
  }
  await tx
    .updateTable('saved_search')
    .set({ name })
    .where('login_id', '=', loginId)
    .where('id', '=', id)
    .execute()
  return { ok: true }
}

/** Whether there was one to delete. */
export async function deleteSavedSearch(tx: Tx, loginId: number, id: number): Promise<boolean> {
  const gone = await tx
    .deleteFrom('saved_search')
    .where('login_id', '=', loginId)
    .where('id', '=', id)
    .executeTakeFirst()
  return gone.numDeletedRows > 0n
}
