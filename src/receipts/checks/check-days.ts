import type { Db } from '../../db/open.ts'
import { countDays, wrongDays } from './derived-store.ts'

/** So many parties at a time: adding up everybody's at once would need the memory for all. */
const PARTIES_AT_ONCE = 1_000
const PROBLEMS_MAX = 100

/**
 * Adds up the list's index again and compares it with the sums that lists are answered from. `db`
 * must not change meanwhile: give it a snapshot.
 *
 * @returns how many sums there are, and which are wrong; no person is named but by number
 */
export async function checkDays(db: Db): Promise<{ days: number; problems: string[] }> {
  const { lastParty, days } = await countDays(db)
  const problems: string[] = []
  for (let after = 0; after < lastParty; after += PARTIES_AT_ONCE) {
    for (const wrong of await wrongDays(db, after, after + PARTIES_AT_ONCE)) {
      const row = `titular ${wrong.party_id}, ${wrong.issued_on}, ${wrong.kind}, ${wrong.status}`
      const kept = `${wrong.kept_receipts} comprobantes y ${wrong.kept_cents} centavos`
      const found = `${wrong.receipts} y ${wrong.cents}`
      problems.push(`receipt_day (${row}): dice ${kept}; en receipt_owner hay ${found}`)
    }
    if (problems.length >= PROBLEMS_MAX) break
  }
  return { days, problems: problems.slice(0, PROBLEMS_MAX) }
}
