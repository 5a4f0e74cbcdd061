import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Environment } from '../../sri/access-key.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Place } from '../issuer/issuer.ts'

/** What is numbered without a gap: one kind of document at one point, in one environment. */
export interface Series extends Place {
  readonly issuerId: number
  readonly environment: Environment
  readonly kind: DocumentKind
}

/** The last number that nine digits hold. */
export const SEQUENCE_MAX = 999_999_999

/** Begins a series with 1; false when it has begun. */
export async function beginSeries(tx: Tx, series: Series): Promise<boolean> {
  const { issuerId, environment, kind, establishment, point } = series
  const begun = await tx
    .insertInto('emission_sequence')
    .values({ issuer_id: issuerId, environment, kind, establishment, point, next: 1 })
    .onConflict((conflict) =>
      conflict.columns(['issuer_id', 'environment', 'kind', 'establishment', 'point']).doNothing(),
    )
    .returning('next')
    .executeTakeFirst()
  return begun !== undefined
}

/**
 * Takes the next `count` numbers of a series that has begun, in the transaction that uses them up:
 * until it ends nobody else takes any of this series, and what it does not use because it is undone
 * is free again.
 *
 * @returns the first of them; null when the series has not that many left
 */
export async function takeNumbers(tx: Tx, series: Series, count: number): Promise<number | null> {
  const row = await ofSeries(tx.updateTable('emission_sequence'), series)
    .set((eb) => ({ next: eb('next', '+', count) }))
    .where('next', '<=', SEQUENCE_MAX + 1 - count)
    .returning('next')
    .executeTakeFirst()
  return row === undefined ? null : row.next - count
}

/** The number that the next document of a series gets. */
export async function nextNumber(db: Db, series: Series): Promise<number> {
  const row = await ofSeries(db.selectFrom('emission_sequence'), series)
    .select('next')
    .executeTakeFirst()
  return row?.next ?? 1
}

/**
 * Says where a series goes on, for a bank that issued elsewhere before.
 *
 * @returns false when that is no number, or one of its documents has this number or a higher one
 */
export async function setNextNumber(tx: Tx, series: Series, next: number): Promise<boolean> {
  if (!Number.isInteger(next) || next < 1 || next > SEQUENCE_MAX) return false
  await beginSeries(tx, series)
  // Holds off whoever takes numbers of the series at this moment.
  await takeNumbers(tx, series, 0)
  const last = await ofSeries(tx.selectFrom('issuance'), series)
    .select(({ fn }) => fn.max('sequence').as('last'))
    .executeTakeFirst()
  if (next <= Number(last?.last ?? 0)) return false
  await ofSeries(tx.updateTable('emission_sequence'), series).set({ next }).execute()
  return true
}

interface Narrowing<Query> {
  where(condition: ReturnType<typeof sql<boolean>>): Query
}

function ofSeries<Query extends Narrowing<Query>>(query: Query, series: Series): Query {
  const { issuerId, environment, kind, establishment, point } = series
  return query.where(sql<boolean>`issuer_id = ${issuerId} and environment = ${environment}
    and kind = ${kind} and establishment = ${establishment} and point = ${point}`)
}
