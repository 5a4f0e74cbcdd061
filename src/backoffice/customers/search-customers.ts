import type { Db } from '../../db/open.ts'
import type { Policy } from '../../policy/policy.ts'
import { wordsOf } from '../../values/search-words.ts'
import { canonicalTaxId } from '../../values/tax-id.ts'
import { partiesByMail, partiesByNumber, partiesByWords } from './customer-search-store.ts'
import type { Customer } from './customer-store.ts'
import { findCustomers, newestCustomers } from './customer-store.ts'

const SHOWN_MAX = 50
const NEWEST = 20
const LETTERS_MIN = 3
const WORDS_MAX = 6

interface FoundCustomers {
  customers: Customer[]
  /** There are more than are shown. */
  more: boolean
}

/**
 * Customers by the beginning of an identification or of an address (three letters at least), or of
 * each word of a name. The newest when nothing was typed.
 */
export async function searchCustomers(
  db: Db,
  policy: Pick<Policy, 'login'>,
  typed: string,
  now: Date,
): Promise<FoundCustomers> {
  const text = typed.trim()
  if (text === '') {
    return { customers: await newestCustomers(db, policy.login, NEWEST, now), more: false }
  }
  const ids = await idsFor(db, text)
  const customers = await findCustomers(db, policy.login, ids.slice(0, SHOWN_MAX), now)
  return { customers, more: ids.length > SHOWN_MAX }
}

async function idsFor(db: Db, text: string): Promise<number[]> {
  const limit = SHOWN_MAX + 1
  if (text.includes('@')) {
    return text.length < LETTERS_MIN ? [] : partiesByMail(db, text, limit)
  }
  const number = numberLike(text)
  const ids = number === null ? [] : await partiesByNumber(db, number, limit)
  return ids.length > 0 ? ids : partiesByWords(db, wordsOf(text).slice(0, WORDS_MAX), limit)
}

/** A whole identification in its one form, or the beginning of one; null for words. */
function numberLike(text: string): string | null {
  const canonical = canonicalTaxId(text)
  if (canonical === null || canonical.length < LETTERS_MIN || !/\d/.test(canonical)) return null
  const digits = text.replaceAll(/[\s.-]/g, '')
  return /^\d+$/.test(digits) ? digits : canonical
}
