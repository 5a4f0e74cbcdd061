import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { addSavedSearch, renameSavedSearch, type SavedOutcome } from './saved-search-store.ts'

export const NAME_MAX = 60

type NamedOutcome = SavedOutcome | { readonly ok: false; readonly refusal: 'no-name' }

/** Keeps a search under a name; `query` is canonical already. */
export async function saveSearch(
  db: Db,
  loginId: number,
  search: { name: string; query: string },
  now: Date,
): Promise<NamedOutcome> {
  const name = settleName(search.name)
  if (name === '') return { ok: false, refusal: 'no-name' }
  return transaction(db, (tx) => addSavedSearch(tx, loginId, { name, query: search.query }, now))
}

export async function renameSearch(
  db: Db,
  loginId: number,
  id: number,
  typed: string,
): Promise<NamedOutcome> {
  const name = settleName(typed)
  if (name === '') return { ok: false, refusal: 'no-name' }
  return transaction(db, (tx) => renameSavedSearch(tx, loginId, id, name))
}

/** As it will be shown: blanks settled, no control characters, of a length that a menu holds. */
export function settleName(typed: string): string {
  return typed
    .normalize('NFC')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, NAME_MAX)
}
