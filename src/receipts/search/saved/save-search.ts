import type { Db } from '../../../db/open.ts'
import type { Person } from '../../../identity/person.ts'
import { whileSignedIn } from '../../../identity/sessions/while-signed-in.ts'
import {
  addSavedSearch,
  deleteSavedSearch,
  renameSavedSearch,
  type SavedOutcome,
} from './saved-search-store.ts'

export const NAME_MAX = 60

type NamedOutcome = SavedOutcome | { readonly ok: false; readonly refusal: 'no-name' }

/** Keeps a search under a name; `query` is canonical already. */
export async function saveSearch(
  db: Db,
  person: Person,
  search: { name: string; query: string },
  now: Date,
): Promise<NamedOutcome> {
  const name = settleName(search.name)
  if (name === '') return { ok: false, refusal: 'no-name' }
  const { query } = search
  return whileSignedIn(db, person, (tx) => addSavedSearch(tx, person.loginId, { name, query }, now))
}

export async function renameSearch(
  db: Db,
  person: Person,
  id: number,
  typed: string,
): Promise<NamedOutcome> {
  const name = settleName(typed)
  if (name === '') return { ok: false, refusal: 'no-name' }
  return whileSignedIn(db, person, (tx) => renameSavedSearch(tx, person.loginId, id, name))
}

/** Whether there was one to delete. */
export function deleteSearch(db: Db, person: Person, id: number): Promise<boolean> {
  return whileSignedIn(db, person, (tx) => deleteSavedSearch(tx, person.loginId, id))
}

/** As it will be shown: blanks settled, no control characters, of a length that a menu holds. */
export function settleName(typed: string): string {
  return typed
    .normalize('NFC')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, NAME_MAX)
}
