import type { Db } from '../../../db/open.ts'
import { partiesOf } from '../../../receipts/checks/derived-store.ts'
import { readableName } from '../../../values/person-name.ts'
import { namedCustomers } from '../customer-name-store.ts'
import { withoutLogin } from './load-store.ts'
import type { CustomerRow } from './read-customers.ts'

/** Another address of somebody known; `held` is the bank's of today, null when it has none. */
export interface ForeseenChange {
  partyId: number
  name: string
  held: string | null
  email: string
}

/** What the rows of a file would do, and did, as things stand now. */
export interface Foreseen {
  /** Nobody the bank knows. */
  fresh: CustomerRow[]
  /** Known, and the bank holds another address of them, or none. */
  changes: ForeseenChange[]
  /** Known, with nothing new. */
  same: number
  /** Known, and without a login. */
  neverIn: number[]
}

/** Compares a file with what the bank knows: four queries, whatever the number of its rows. */
export async function foreseeLoad(db: Db, rows: readonly CustomerRow[]): Promise<Foreseen> {
  const numbers = rows.flatMap(({ person }) => person.numbers.map(({ number }) => number))
  const parties = await partiesOf(db, numbers)
  const known = rows.flatMap((row) => {
    const partyId = partyOf(row, parties)
    return partyId === null ? [] : [{ partyId, email: row.email }]
  })
  const ids = [...new Set(known.map(({ partyId }) => partyId))]
  const customers = await namedCustomers(db, ids)
  // Two numbers may lead to one party, which has one address: the last row says which.
  const changes = new Map<number, ForeseenChange>()
  for (const { partyId, email } of known) {
    const customer = customers.get(partyId)
    const held = customer?.bankAddress ?? null
    if (email === null || email === held) continue
    changes.set(partyId, { partyId, name: readableName(customer?.name ?? ''), held, email })
  }
  return {
    fresh: rows.filter((row) => partyOf(row, parties) === null),
    changes: [...changes.values()],
    same: known.length - changes.size,
    neverIn: await withoutLogin(db, ids),
  }
}

function partyOf({ person }: CustomerRow, parties: ReadonlyMap<string, number>): number | null {
  for (const { number } of person.numbers) {
    const id = parties.get(number)
    if (id !== undefined) return id
  }
  return null
}
