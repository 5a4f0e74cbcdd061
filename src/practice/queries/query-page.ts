import type { Db } from '../../db/open.ts'
import { mergedInto } from '../../identity/parties/party-store.ts'
import { grantsBehind, grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { listName, signedValue, statusFacts } from '../../receipts/receipt.ts'
import { receiptsByKey, type StoredReceipt } from '../../receipts/receipt-store.ts'
import type { Client, ClientReader } from '../../receipts/scope/clients.ts'
import type { ReceiptScope } from '../../receipts/scope/scope.ts'
import { CLIENTS_MAX } from '../../receipts/search/search.ts'
import { withQuery } from '../../receipts/search/search-url.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { formatDateTime, formatDay } from '../../values/day.ts'
import { type Cents, cents, formatMoney } from '../../values/money.ts'
import type { AnsweredLine, AskedPeriod, BatchQuery } from './batch-query.ts'
import { isCorrectable } from './correction/correct-line.ts'
import { countVerdicts, linesAfter } from './query-store.ts'
import { type Verdict, verdictFacts, verdicts } from './verdict.ts'

const LINES_SHOWN = 50

/** A line with what may be seen of its receipt today. */
export interface ResolvedLine {
  readonly line: AnsweredLine
  readonly verdict: Verdict
  readonly receipt: StoredReceipt | null
  readonly client: Client | null
}

/** What the answer of a line may show now: a grant that ended since hides what it found. */
export async function resolveLines(
  db: Db,
  reader: ClientReader,
  lines: readonly AnsweredLine[],
): Promise<ResolvedLine[]> {
  const keys = lines.flatMap(({ receiptKey }) => receiptKey ?? [])
  const receipts = await receiptsByKey(db, reader.scope, keys)
  const byKey = new Map(receipts.map((receipt) => [receipt.accessKey, receipt]))
  const parties = lines.flatMap((one) => (one.receipts === undefined ? [] : (one.partyId ?? [])))
  const merged = await mergedInto(
    db,
    parties.filter((one) => !reader.clients?.has(one)),
  )
  return lines.map((line) => {
    const receipt = byKey.get(line.receiptKey ?? '') ?? null
    const party = receipt?.partyId ?? merged.get(line.partyId ?? 0) ?? line.partyId
    const client = (party === undefined ? null : reader.clients?.get(party)) ?? null
    const lost = line.receiptKey !== undefined && receipt === null
    const gone = line.receipts !== undefined && client === null
    // The key of what a list lacked is the portal's, not the list's.
    const shown = lost && line.verdict === 'missing' ? { ...line, value: '' } : line
    return { line: shown, verdict: lost || gone ? 'expired' : line.verdict, receipt, client }
  })
}

/** The grants by which these lines show what they do. */
export function grantsOfLines(scope: ReceiptScope, lines: readonly ResolvedLine[]): Set<number> {
  const receipts = lines.flatMap(({ receipt }) => receipt ?? [])
  const summed = lines.flatMap(({ line, client }) => {
    return line.receipts !== undefined && client !== null ? client.partyId : []
  })
  const ofSums = grantsOfParties(scope, new Set(summed))
  return new Set([...grantsBehind(scope, receipts), ...ofSums])
}

/** The page of an answer. */
export async function describeQuery(
  { db, now }: { db: Db; now: () => Date },
  reader: ClientReader,
  query: BatchQuery,
  shown: { verdict: Verdict | null; after: number },
) {
  const path = `/consultas/${query.id}`
  const counts = await countVerdicts(db, query.id)
  const waiting = counts.get(null) ?? 0
  const lines = await linesAfter(db, query.id, shown.after, LINES_SHOWN + 1, shown.verdict)
  const some = lines.slice(0, LINES_SHOWN)
  const resolved = await resolveLines(db, reader, some)
  await noteLook(db, reader, 'batch', grantsOfLines(reader.scope, resolved), now())
  const filter = shown.verdict === null ? '' : `ver=${shown.verdict}`
  const last = some.at(-1)
  const next = lines.length > LINES_SHOWN && last ? `despues=${last.n}` : null
  const found = (counts.get('found') ?? 0) + (counts.get('annulled') ?? 0)
  const sum = resolved.reduce((so, one) => so + (amountOf(one) ?? 0), 0)
  return {
    title: query.title,
    path,
    isPeriod: query.period !== null,
    answered: query.answeredAt !== null,
    when: formatDateTime(query.createdAt),
    headline: headlineOf(query, found, waiting),
    missingCut: query.missingCut,
    tabs: verdicts.flatMap(({ verdict, plural, tone, icon }) => {
      const count = counts.get(verdict) ?? 0
      if (count === 0) return []
      const href = withQuery(path, `ver=${verdict}`)
      return [
        {
          href,
          text: `${formatCount(count)} ${plural}`,
          tone,
          icon,
          on: shown.verdict === verdict,
        },
      ]
    }),
    allHref: shown.verdict === null ? null : path,
    rows: saidOnce(
      resolved.map((one) => ({
        ...rowOf(one, query),
        correctHref: correctAddress(one, query, shown),
      })),
    ),
    pageSum: formatMoney(cents(sum)),
    nextHref: next && withQuery(path, [filter, next].filter(Boolean).join('&')),
    firstHref: shown.after > 0 ? withQuery(path, filter) : null,
    packageHref: await packageAddress(db, reader, query, found),
    csvHref: `${path}.csv`,
    xlsxHref: `${path}.xlsx`,
  }
}

export type QueryPage = Awaited<ReturnType<typeof describeQuery>>

function headlineOf({ lines, period }: BatchQuery, found: number, waiting: number): string {
  if (waiting > 0)
    return `${formatCount(lines - waiting)} de ${formatCount(lines)} líneas revisadas`
  const what = period ? 'empresas con comprobantes' : 'comprobantes encontrados'
  return `${formatCount(found)} ${what} de ${formatCount(lines)} ${lines === 1 ? 'línea' : 'líneas'}`
}

/** What a client's receipts added up to is hidden with the client. */
function amountOf({ line, receipt, client }: ResolvedLine): Cents | null {
  if (receipt !== null) return signedValue(receipt)
  return line.cents === undefined || client === null ? null : cents(line.cents)
}

function rowOf(resolved: ResolvedLine, { period }: BatchQuery) {
  const { line, verdict, receipt, client } = resolved
  const facts = verdictFacts(verdict)
  const value = amountOf(resolved)
  const href =
    receipt !== null
      ? `/comprobantes/${receipt.accessKey}`
      : period && client
        ? withQuery('/comprobantes', periodQuery([client], period))
        : null
  return {
    row: line.row === null ? '' : String(line.row),
    value: line.value,
    number: receipt?.number ?? line.number ?? '',
    href,
    client: client?.name ?? '',
    kind: receipt ? listName(receipt.kind) : '',
    day: receipt ? formatDay(receipt.issuedOn) : '',
    count: line.receipts === undefined || client === null ? '' : formatCount(line.receipts),
    amount: value === null ? '' : formatMoney(value),
    verdict: facts.name,
    tone: facts.tone,
    icon: facts.icon,
    says: [facts.says, statedRemark(resolved), line.remark].filter(Boolean).join(' '),
    key: receipt?.accessKey ?? '',
    files: receipt !== null && (receipt.status === 'authorized' || receipt.status === 'annulled'),
    status: receipt && receipt.status !== 'authorized' ? statusFacts(receipt.status).name : '',
  }
}

/** Where the line is asked anew; null when it needs none. Back from there is the same part of the answer. */
function correctAddress(
  { line, verdict }: ResolvedLine,
  { id, answeredAt }: BatchQuery,
  shown: { verdict: Verdict | null; after: number },
): string | null {
  if (answeredAt === null || !isCorrectable({ n: line.n, verdict })) return null
  const place = new URLSearchParams({
    ...(shown.verdict ? { ver: shown.verdict } : {}),
    ...(shown.after > 0 ? { despues: String(shown.after) } : {}),
  })
  return withQuery(`/consultas/${id}/lineas/${line.n}`, place.toString())
}

/** What the rows before it were told already, a row is not told again. */
function saidOnce<Row extends { says: string }>(rows: readonly Row[]): Row[] {
  return rows.map((row, at) => (row.says === rows[at - 1]?.says ? { ...row, says: '' } : row))
}

function periodQuery(clients: readonly Client[], { from, to, kinds }: AskedPeriod) {
  const query = new URLSearchParams({ periodo: 'rango', desde: from, hasta: to })
  for (const kind of kinds) query.append('tipo', kindFacts(kind).slug)
  for (const { number } of clients) query.append('ruc', number)
  return query.toString()
}

/** Where all that a period found is prepared as one download; null when one address cannot name it. */
async function packageAddress(
  db: Db,
  reader: ClientReader,
  { id, period, answeredAt }: BatchQuery,
  found: number,
): Promise<string | null> {
  if (period === null || answeredAt === null || found === 0 || found > CLIENTS_MAX) return null
  const lines = await resolveLines(db, reader, await linesAfter(db, id, 0, CLIENTS_MAX, 'found'))
  const clients = new Set(lines.flatMap(({ client }) => client ?? []))
  // Without a number it would be of every client.
  return clients.size === 0
    ? null
    : withQuery('/descargas/nueva', periodQuery([...clients], period))
}

/** A total that is not the one of the document is worth a look. */
export function statedRemark({ line, receipt }: ResolvedLine): string {
  const { statedCents } = line
  if (receipt === null || statedCents === null || receipt.totalCents === null) return ''
  if (statedCents === receipt.totalCents) return ''
  return `Tu lista dice ${formatMoney(cents(statedCents))}.`
}
