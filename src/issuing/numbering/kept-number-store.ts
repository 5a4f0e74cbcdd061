import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Series } from './sequence-store.ts'
import { beginSeries, SEQUENCE_MAX, takeNumbers } from './sequence-store.ts'

/** The highest number that a document of a series has, begun here or loaded from elsewhere; 0 if none. */
export async function highestKept(db: Db, series: Series, ruc: string): Promise<number> {
  const { issuerId, environment, kind, establishment, point } = series
  const begun = await db
    .selectFrom('issuance')
    .select('sequence')
    .where('issuer_id', '=', issuerId)
    .where('environment', '=', environment)
    .where('kind', '=', kind)
    .where('establishment', '=', establishment)
    .where('point', '=', point)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  const numberOf = (sequence: number) =>
    formatDocumentNumber(establishment, point, String(sequence))
  const loaded = await db
    .selectFrom('receipt')
    .select('number')
    .where('number', '>=', numberOf(0))
    .where('number', '<=', numberOf(SEQUENCE_MAX))
    .where('issuer_ruc', '=', ruc)
    .where('environment', '=', environment)
    .where('kind', '=', kind)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return Math.max(begun?.sequence ?? 0, Number(loaded?.number.slice(-9) ?? 0))
}

/** So many more numbers are looked at when some are taken, and four times as many each time again. */
const AHEAD = 100

/**
 * Takes the next `count` numbers of a series that no document has, in the transaction that uses them
 * up. It begins behind the documents of it that were loaded; those that are loaded later are passed
 * over one by one: another system used up their numbers, and the SRI has them under other keys.
 *
 * @returns them in order; null when the series has not that many left
 */
export async function takeFreeNumbers(
  tx: Tx,
  series: Series,
  ruc: string,
  count: number,
): Promise<number[] | null> {
  if (await beginSeries(tx, series)) {
    await takeNumbers(tx, series, await highestKept(tx, series, ruc))
  }
  for (let ahead = 0; ; ahead = ahead * 4 + AHEAD) {
    // Nobody else takes any from now on.
    const next = await takeNumbers(tx, series, 0)
    if (next === null) return null
    const last = Math.min(next + count + ahead - 1, SEQUENCE_MAX)
    const loaded = await loadedBetween(tx, series, ruc, next, last)
    const all = Array.from({ length: last - next + 1 }, (_, at) => next + at)
    const free = all.filter((one) => !loaded.has(one)).slice(0, count)
    const end = free.at(-1)
    if (free.length === count && end !== undefined) {
      await takeNumbers(tx, series, end - next + 1)
      return free
    }
    if (last === SEQUENCE_MAX) return null
  }
}

/** Which numbers of a stretch of a series loaded documents have. */
async function loadedBetween(
  tx: Tx,
  { environment, kind, establishment, point }: Series,
  ruc: string,
  first: number,
  last: number,
): Promise<Set<number>> {
  const numberOf = (sequence: number) =>
    formatDocumentNumber(establishment, point, String(sequence))
  const rows = await tx
    .selectFrom('receipt')
    .select('number')
    .where('number', '>=', numberOf(first))
    .where('number', '<=', numberOf(last))
    .where('issuer_ruc', '=', ruc)
    .where('environment', '=', environment)
    .where('kind', '=', kind)
    .execute()
  return new Set(rows.map(({ number }) => Number(number.slice(-9))))
}

/** The next numbers of an issuer in an environment, by `kind 001-002`; what is not there begins with 1. */
export async function nextNumbersOf(
  db: Db,
  issuerId: number,
  environment: Series['environment'],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('emission_sequence')
    .select(['kind', 'establishment', 'point', 'next'])
    .where('issuer_id', '=', issuerId)
    .where('environment', '=', environment)
    .execute()
  return new Map(
    rows.map(({ kind, establishment, point, next }) => [`${kind} ${establishment}-${point}`, next]),
  )
}
