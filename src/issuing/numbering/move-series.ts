import { record } from '../../audit/audit-store.ts'
import type { Tx } from '../../db/transaction.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatDocumentNumber } from '../../values/document-number.ts'
import type { Keys } from '../../values/keys.ts'
import type { ChangedBy } from '../issuer/change-issuer.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { highestKept } from './kept-number-store.ts'
import type { Series } from './sequence-store.ts'
import { nextNumber, SEQUENCE_MAX, setNextNumber } from './sequence-store.ts'

/** What a series goes on with, said for one of an issuer in its environment of now. */
export type IssuerSeries = Pick<Series, 'establishment' | 'point' | 'kind'>

/**
 * Says where a series goes on, with its entry in the chain. It is never a number that one of its
 * documents has, whether the portal issued it or it was loaded; what is skipped is for who asks to
 * answer for.
 *
 * @returns null when it is so now, or the Spanish sentence that says why it cannot be
 */
export async function moveSeries(
  tx: Tx,
  keys: Pick<Keys, 'audit'>,
  issuer: Issuer,
  of: IssuerSeries,
  next: number,
  { actor, proposedBy }: ChangedBy,
  now: Date,
): Promise<string | null> {
  const { id: issuerId, environment } = issuer
  const series: Series = { ...of, issuerId, environment }
  const before = await nextNumber(tx, series)
  const problem = await moveProblem(tx, issuer, series, next)
  if (problem !== null) return problem
  if (!(await setNextNumber(tx, series, next))) return takenBy(series, next)
  const entry = {
    actor,
    action: 'series.moved',
    subject: seriesSubject(issuer, of),
    detail: { from: before, to: next, ...(proposedBy === undefined ? {} : { proposedBy }) },
  } as const
  await record(tx, keys.audit, entry, now)
  return null
}

/** Why a series cannot go on with a number, as things stand; null when it can. */
export async function moveProblem(
  tx: Tx,
  { ruc }: Issuer,
  series: Series,
  next: number,
): Promise<string | null> {
  if (!Number.isInteger(next) || next < 1 || next > SEQUENCE_MAX) {
    return 'Escribe el número que sigue: de 1 a 999999999.'
  }
  if (next === (await nextNumber(tx, series))) return 'Ese es el número que ya sigue.'
  const highest = await highestKept(tx, series, ruc)
  return next <= highest ? takenBy(series, highest) : null
}

function takenBy({ kind, establishment, point }: IssuerSeries, sequence: number): string {
  const { article, name } = kindFacts(kind)
  const number = formatDocumentNumber(establishment, point, String(sequence))
  return `Ya existe ${article} ${name.toLowerCase()} ${number}: el que sigue debe ser mayor, o se repetiría.`
}

/** A series as proposals and the chain name it: `series:RUC:test:factura:001-002`. */
export function seriesSubject(
  { ruc, environment }: Issuer,
  { kind, establishment, point }: IssuerSeries,
): string {
  return `series:${ruc}:${environment}:${kindFacts(kind).slug}:${establishment}-${point}`
}

/** How many numbers nobody would ever use if a series went on with `next`; none of a fresh one. */
export function skippedNumbers(before: number, next: number): number {
  return before === 1 ? 0 : Math.max(0, next - before)
}
