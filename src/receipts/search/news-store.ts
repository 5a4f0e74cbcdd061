import type { Db } from '../../db/open.ts'
import type { Day } from '../../values/day.ts'
import type { OwnedReceipt } from '../receipt.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { stretchesOf } from '../scope/scope.ts'
import { readOwned } from './owned-store.ts'
import { receiptsOf } from './page-store.ts'
import { noFilter } from './search-filter.ts'

/** What is new is looked for among so many of one party: those issued last. */
export const LOOKED_AT = 1_000
/** Of many parties among so many of each that they are about this many together, and never fewer than some. */
const [LOOKED_AT_IN_ALL, LOOKED_AT_LEAST] = [100_000, 50]

/** By party, how many of its latest receipts, of which `lookedAt` are asked, were loaded after one. */
export async function newerByParty(
  db: Db,
  scope: ReceiptScope,
  { after, from }: { after: number; from: Day },
): Promise<{ counts: ReadonlyMap<number, number>; lookedAt: number }> {
  const stretches = stretchesOf(scope, { from, to: null })
  const each = Math.floor(LOOKED_AT_IN_ALL / Math.max(1, stretches.length))
  const lookedAt = Math.min(LOOKED_AT, Math.max(LOOKED_AT_LEAST, each))
  const counts = new Map<number, number>()
  if (stretches.length === 0) return { counts, lookedAt }
  const rows = await readOwned<{ party_id: number; value: number }>(db, (statement) => {
    const newer = () => `count(case when receipt_id > ${statement.bind(after)} then 1 end)`
    return statement.latestOfEach(stretches, newer, lookedAt)
  })
  for (const { party_id, value } of rows) {
    counts.set(party_id, (counts.get(party_id) ?? 0) + Number(value))
  }
  return { counts, lookedAt }
}

/** What was loaded last of a party, among those issued last. */
interface LastLoaded {
  /** How many after a receipt. */
  readonly count: number
  readonly newest: readonly OwnedReceipt[]
  /** Whether there are more than were looked at. */
  readonly isCut: boolean
}

/** Each part of a scope is read from its end, in the order of the index, and no further than `LOOKED_AT`. */
export async function lastLoaded(
  db: Db,
  scope: ReceiptScope,
  { after, from }: { after: number; from: Day },
  limit: number,
): Promise<LastLoaded> {
  const page = { order: '-fecha', cursor: null, size: LOOKED_AT } as const
  const pages = await Promise.all(
    scope.map((part) => receiptsOf(db, [part], { ...noFilter, from }, page)),
  )
  // What two grants cover is one.
  const found = new Map(pages.flatMap(({ receipts }) => receipts).map((one) => [one.id, one]))
  const byLoad = [...found.values()].sort((one, other) => other.id - one.id)
  return {
    count: byLoad.filter(({ id }) => id > after).length,
    newest: byLoad.slice(0, limit),
    isCut: pages.some(({ next }) => next !== null),
  }
}

/**
 * The last receipt that was loaded by a moment; 0 when none was. Receipts are numbered as they are
 * loaded, so halving finds it where no index of times is worth its bytes.
 */
export async function lastLoadedBy(db: Db, moment: Date): Promise<number> {
  const by = moment.toISOString()
  const next = (from: number) =>
    db
      .selectFrom('receipt')
      .select(['id', 'loaded_at'])
      .where('id', '>=', from)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
  const newest = await db
    .selectFrom('receipt')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  let [low, high] = [0, newest?.id ?? 0]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const found = await next(middle)
    if (found && found.loaded_at <= by) low = Math.max(found.id, middle)
    else high = middle - 1
  }
  return low
}
