import type { ReadSearch, Search } from '../../../receipts/search/search.ts'
import { searchSentence } from '../../../receipts/search/search-messages.ts'
import { Problem } from '../../../web/errors/problems.ts'
import { apiRefusals } from '../messages.ts'

/** A search that could be read whole; 422 for any other, which would find something else. */
export function provedSearch({ search, problems, hasProblems }: ReadSearch): Search {
  if (!hasProblems) return search
  const [first] = Object.values(problems)
  const words = apiRefusals.search(first ? searchSentence(first) : '')
  throw new Problem(422, 'SEARCH', words, { campos: Object.keys(problems) })
}
