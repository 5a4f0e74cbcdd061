import type { Db } from '../../db/open.ts'
import { isCovered, type ReceiptScope, stretchesOf } from '../../receipts/scope/scope.ts'
import { SIGNED_VALUE } from '../../receipts/search/owned-statement.ts'
import { readOwned } from '../../receipts/search/owned-store.ts'
import { noFilter } from '../../receipts/search/search-filter.ts'
import { accessKeyDay } from '../../sri/access-key.ts'
import { type DocumentKind, kindOfCode } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { clientScopeOf } from '../client-store.ts'
import type { AskedPeriod, BatchQuery, LineAnswer, QueryLine } from './batch-query.ts'
import { LINE_STEP } from './batch-query.ts'
import { candidatesOf, grantersOf, type OwnedCandidate } from './owner-store.ts'
import type { Verdict } from './verdict.ts'

/** What an accountant may see today, and whom of the firm's clients they know. */
export interface Sight {
  readonly scope: ReceiptScope
  readonly living: ReadonlyMap<number, boolean>
  readonly byNumber: ReadonlyMap<string, number>
  /** What the firm might read once. */
  readonly ended: ReceiptScope
}

export async function sightOf(
  db: Db,
  asking: Pick<BatchQuery, 'loginId' | 'firmId'>,
  today: Day,
): Promise<Sight> {
  const [{ scope }, granters] = await Promise.all([
    clientScopeOf(db, asking.loginId, today),
    grantersOf(db, asking, today),
  ])
  return { scope, ...granters }
}

type Answered = QueryLine & LineAnswer

/** Answers lines that ask for receipts: two statements, however many they are. */
export async function answerReceipts(
  db: Db,
  sight: Sight,
  lines: readonly QueryLine[],
): Promise<Answered[]> {
  const parties = [...sight.living.keys()]
  const keys = lines.flatMap(({ accessKey }) => accessKey ?? [])
  const numbers = lines.flatMap(({ accessKey, number }) =>
    accessKey === null ? (number ?? []) : [],
  )
  const [byKey, byNumber] = await Promise.all([
    candidatesOf(db, parties, 'access_key', keys),
    candidatesOf(db, parties, 'number', numbers),
  ])
  const keyed = Map.groupBy(byKey, ({ accessKey }) => accessKey)
  const numbered = Map.groupBy(byNumber, ({ number }) => number)
  return lines.flatMap((line) => {
    if (line.accessKey !== null) return answerLine(sight, line, keyed.get(line.accessKey) ?? [])
    const candidates = (numbered.get(line.number ?? '') ?? []).filter(
      ({ issuerRuc, kind }) =>
        (line.issuerRuc === null || line.issuerRuc === issuerRuc) &&
        (line.kind === null || line.kind === kind),
    )
    return answerLine(sight, line, candidates)
  })
}

function answerLine(sight: Sight, line: QueryLine, candidates: OwnedCandidate[]): Answered[] {
  const covered = candidates.filter((one) => isCovered(sight.scope, one))
  const unique = [...new Map(covered.map((one) => [one.accessKey, one])).values()]
  if (unique.length === 0) return [{ ...line, verdict: unseen(sight, line, candidates) }]
  return unique.slice(0, LINE_STEP).map((receipt, at): Answered => {
    const { accessKey, partyId, issuedOn, kind, status } = receipt
    const verdict: Verdict = status === 'annulled' ? 'annulled' : 'found'
    return { ...line, n: line.n + at, verdict, receiptKey: accessKey, partyId, issuedOn, kind }
  })
}

/**
 * What is said of a line of which nothing may be seen. Where the line names a client, present or
 * past, the grants of that client alone decide: whether there is such a receipt plays no part. Of a
 * bare key more is said only of what the firm might once have read: else whoever tries keys would
 * learn which there are.
 */
function unseen(sight: Sight, line: QueryLine, owners: OwnedCandidate[]): Verdict {
  // Numbers run on: whoever tries one after another would count what nobody lets them see.
  if (line.accessKey === null) return 'unknown'
  const partyId = sight.byNumber.get(line.recipient ?? '')
  if (partyId !== undefined) return ofClient(sight, line.accessKey, line.recipient ?? '', partyId)
  return owners.some((one) => isCovered(sight.ended, one)) ? 'expired' : 'unknown'
}

function ofClient(
  { scope, living }: Sight,
  accessKey: string,
  recipientNumber: string,
  partyId: number,
): Verdict {
  const issuedOn = accessKeyDay(accessKey)
  const kind = kindOfCode(accessKey.slice(8, 10))?.kind
  if (issuedOn === null || kind === undefined) return 'unknown'
  // Who sees all of a client on that day would see it if it were here.
  if (isCovered(scope, { partyId, issuedOn, kind, recipientNumber })) return 'not-here'
  return living.get(partyId) ? 'no-permission' : 'expired'
}

/** Answers lines that ask for a client: one statement for all of them. */
export async function answerClients(
  db: Db,
  sight: Sight,
  lines: readonly QueryLine[],
  { from, to, kinds }: AskedPeriod,
): Promise<Answered[]> {
  const filter = { ...noFilter, from, to, kinds }
  const asked = new Set(lines.map(({ recipient }) => sight.byNumber.get(recipient ?? '')))
  const stretches = stretchesOf(
    sight.scope.filter((part) => asked.has(part.partyId) && hasAnyOf(part.kinds, kinds)),
    filter,
  )
  const sums = await sumsOf(db, stretches, filter)
  return lines.map((line): Answered => {
    const partyId = sight.byNumber.get(line.recipient ?? '')
    if (partyId === undefined) return { ...line, verdict: 'unknown' }
    if (!sight.living.get(partyId)) return { ...line, verdict: 'expired' }
    if (!stretches.some((one) => one.partyId === partyId)) {
      return { ...line, verdict: 'no-permission' }
    }
    const { count: receipts, sum: cents } = sums.get(partyId) ?? { count: 0, sum: 0 }
    return { ...line, verdict: receipts > 0 ? 'found' : 'not-here', partyId, receipts, cents }
  })
}

/** Of kinds, none means all. */
function hasAnyOf(allowed: readonly DocumentKind[], kinds: readonly DocumentKind[]): boolean {
  return kinds.length === 0 || allowed.length === 0 || allowed.some((kind) => kinds.includes(kind))
}

async function sumsOf(
  db: Db,
  stretches: ReturnType<typeof stretchesOf>,
  filter: Parameters<typeof stretchesOf>[1] & typeof noFilter,
) {
  if (stretches.length === 0) return new Map<number, { count: number; sum: number }>()
  const rows = await readOwned<{ party_id: number; count: number; sum: number | null }>(
    db,
    (statement) =>
      `select r.party_id, count(*) as count, sum(${SIGNED_VALUE}) as sum ${statement.rowsOf(stretches, filter)} group by r.party_id`,
  )
  return new Map(
    rows.map((row) => [
      Number(row.party_id),
      { count: Number(row.count), sum: Number(row.sum ?? 0) },
    ]),
  )
}
