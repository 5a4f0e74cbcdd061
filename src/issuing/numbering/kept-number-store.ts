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

/**
 * Begins a series, unless it has begun, behind the documents of it that were loaded: another system
 * used up their numbers, and the SRI has them under other keys.
 */
export async function openSeries(tx: Tx, series: Series, ruc: string): Promise<void> {
  if (!(await beginSeries(tx, series))) return
  await takeNumbers(tx, series, await highestKept(tx, series, ruc))
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
