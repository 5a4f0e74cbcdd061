import { sql } from 'kysely'
import type { Db } from '../../../db/open.ts'
import type { DocumentKind } from '../../../sri/kinds.ts'
import type { Day } from '../../../values/day.ts'
import { formatDocumentNumber } from '../../../values/document-number.ts'

/** Numbers of one issuer, kind, environment, establishment and point, from the first to the last. */
export interface Series {
  readonly issuerRuc: string
  readonly kind: DocumentKind
  readonly environment: 'test' | 'production'
  readonly establishment: string
  readonly point: string
  readonly first: number
  readonly last: number
}

/** What the bank knows of one number of a series. */
export interface KnownNumber {
  readonly sequence: number
  readonly what: 'own' | 'other'
}

/** A stretch of numbers of a series, both included. */
interface Numbers {
  readonly from: number
  readonly to: number
}

/** The series that a party's receipts of some days belong to, with how many of them are theirs. */
export async function seriesOf(
  db: Db,
  partyId: number,
  asked: { from: Day | null; to: Day | null; kinds: readonly DocumentKind[] },
): Promise<(Series & { own: number })[]> {
  const [head, sequence] = [sql<string>`substr(number, 1, 7)`, sql<string>`substr(number, 9)`]
  const environment = sql<string>`substr(access_key, 24, 1)`
  let query = db.selectFrom('receipt_owner').where('party_id', '=', partyId)
  if (asked.from !== null) query = query.where('issued_on', '>=', asked.from)
  if (asked.to !== null) query = query.where('issued_on', '<=', asked.to)
  if (asked.kinds.length > 0) query = query.where('kind', 'in', asked.kinds)
  const rows = await query
    .groupBy(['issuer_ruc', 'kind', head, environment])
    .select(({ fn }) => [
      'issuer_ruc',
      'kind',
      head.as('head'),
      environment.as('environment'),
      fn.min<string>(sequence).as('first'),
      fn.max<string>(sequence).as('last'),
      sql<number>`count(distinct number)`.as('own'),
    ])
    .execute()
  return rows
    .map((row) => ({
      issuerRuc: row.issuer_ruc,
      kind: row.kind as DocumentKind,
      environment: row.environment === '1' ? ('test' as const) : ('production' as const),
      establishment: row.head.slice(0, 3),
      point: row.head.slice(4),
      first: Number(row.first),
      last: Number(row.last),
      own: Number(row.own),
    }))
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
}

function placeOf({ issuerRuc, kind, establishment, point, environment }: Series): string {
  return [issuerRuc, kind, establishment, point, environment].join(' ')
}

/**
 * The numbers of a stretch that the bank has a receipt of, and whether it is the party's own; never
 * whose it is otherwise. Null when there are more receipts than `limit`, of other issuers or kinds.
 */
export async function keptNumbers(
  db: Db,
  partyId: number,
  series: Series,
  { from, to }: Numbers,
  limit: number,
): Promise<KnownNumber[] | null> {
  const { issuerRuc, kind, environment, establishment, point } = series
  const numberOf = (sequence: number) =>
    formatDocumentNumber(establishment, point, String(sequence))
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('receipt')
        .select(['id', 'number', 'issued_on', 'issuer_ruc', 'kind', 'environment'])
        .where('number', '>=', numberOf(from))
        .where('number', '<=', numberOf(to))
        .orderBy('number')
        .limit(limit + 1)
        .as('r'),
    )
    .leftJoin('receipt_owner as o', (join) =>
      join
        .on('o.party_id', '=', partyId)
        .onRef('o.issued_on', '=', 'r.issued_on')
        .onRef('o.receipt_id', '=', 'r.id'),
    )
    .select(['r.number', 'r.issuer_ruc', 'r.kind', 'r.environment', 'o.receipt_id'])
    .execute()
  if (rows.length > limit) return null
  return rows
    .filter(
      (row) => row.issuer_ruc === issuerRuc && row.kind === kind && row.environment === environment,
    )
    .map((row) => ({
      sequence: Number(row.number.slice(8)),
      what: row.receipt_id === null ? 'other' : 'own',
    }))
}

/** Numbers of a stretch that the bank gave to a document which has not become a receipt. */
export async function issuedNumbers(
  db: Db,
  { issuerRuc, kind, environment, establishment, point }: Series,
  { from, to }: Numbers,
): Promise<{ sequence: number; isOver: boolean }[]> {
  const rows = await db
    .selectFrom('issuance')
    .innerJoin('issuer', 'issuer.id', 'issuance.issuer_id')
    .select(['issuance.sequence', 'issuance.next_step', 'issuance.closed_at'])
    .select('issuance.spent_at')
    .where('issuer.ruc', '=', issuerRuc)
    .where('issuance.environment', '=', environment)
    .where('issuance.kind', '=', kind)
    .where('issuance.establishment', '=', establishment)
    .where('issuance.point', '=', point)
    .where('issuance.sequence', '>=', from)
    .where('issuance.sequence', '<=', to)
    .where('issuance.receipt_id', 'is', null)
    .execute()
  return rows.map(({ sequence, next_step, spent_at, closed_at }) => ({
    sequence,
    isOver: (next_step === null && spent_at === null) || closed_at !== null,
  }))
}
