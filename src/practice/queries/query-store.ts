import type { Selectable } from 'kysely'
import { insertNumberedRows, insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { AnsweredLine, BatchQuery, LineAnswer, QueryLine } from './batch-query.ts'
import type { Verdict } from './verdict.ts'

type NewQuery = Pick<BatchQuery, 'loginId' | 'firmId' | 'mode' | 'title' | 'period' | 'lines'>

export async function addQuery(tx: Tx, query: NewQuery, now: Date): Promise<number> {
  const { loginId, firmId, mode, title, period, lines } = query
  const [id] = await insertNumberedRows(tx, {
    table: 'batch_query',
    columns: [
      'login_id',
      'firm_id',
      'mode',
      'title',
      'asked',
      'lines',
      'created_at',
      'missing_cut',
    ],
    rows: [[loginId, firmId, mode, title, JSON.stringify(period), lines, now.toISOString(), 0]],
  })
  if (typeof id !== 'number') throw new Error('A query without a number')
  return id
}

const COLUMNS = [
  'query_id',
  'n',
  'line_row',
  'value',
  'access_key',
  'number',
  'issuer_ruc',
  'kind',
  'recipient',
  'stated_cents',
  'remark',
  'verdict',
  'receipt_key',
  'party_id',
  'issued_on',
  'receipts',
  'cents',
] as const

/** Adds lines, answered or not; one that is there already gets its answer. */
export async function putLines(
  tx: Tx,
  queryId: number,
  lines: readonly (QueryLine & Partial<LineAnswer>)[],
): Promise<void> {
  const answer = ['kind', 'verdict', 'receipt_key', 'party_id', 'issued_on', 'receipts', 'cents']
  const sets = answer.map((column) => `${column} = excluded.${column}`).join(', ')
  await insertRows(tx, {
    table: 'batch_line',
    columns: COLUMNS,
    rows: lines.map((line) => [
      queryId,
      line.n,
      line.row,
      line.value,
      line.accessKey,
      line.number,
      line.issuerRuc,
      line.kind,
      line.recipient,
      line.statedCents,
      line.remark,
      line.verdict ?? null,
      line.receiptKey ?? null,
      line.partyId ?? null,
      line.issuedOn ?? null,
      line.receipts ?? null,
      line.cents ?? null,
    ]),
    whenTaken: `on conflict (query_id, n) do update set ${sets}`,
  })
}

/** Notes that all of it is answered; false when that was noted already. */
export async function endQuery(
  tx: Tx,
  id: number,
  missingCut: boolean,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('batch_query')
    .set({ answered_at: now.toISOString(), missing_cut: missingCut ? 1 : 0 })
    .where('id', '=', id)
    .where('answered_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The query of that number when it is this login's; null for anybody else's and for none alike. */
export async function findQueryOf(db: Db, loginId: number, id: number): Promise<BatchQuery | null> {
  const query = await findQuery(db, id)
  return query?.loginId === loginId ? query : null
}

export async function findQuery(db: Db, id: number): Promise<BatchQuery | null> {
  const row = await db.selectFrom('batch_query').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toQuery(row) : null
}

/** The newest queries of a login, before one of them when told. */
export async function queriesOf(
  db: Db,
  loginId: number,
  before: number | null,
  size: number,
): Promise<BatchQuery[]> {
  const rows = await db
    .selectFrom('batch_query')
    .selectAll()
    .where('login_id', '=', loginId)
    .where('id', '<', before ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(size)
    .execute()
  return rows.map(toQuery)
}

/** Lines behind a place, in their order; of one verdict when told. */
export async function linesAfter(
  db: Db,
  queryId: number,
  after: number,
  size: number,
  verdict: Verdict | null = null,
): Promise<AnsweredLine[]> {
  const rows = await db
    .selectFrom('batch_line')
    .selectAll()
    .where('query_id', '=', queryId)
    .where('n', '>', after)
    .$if(verdict !== null, (some) => some.where('verdict', '=', verdict))
    .orderBy('n')
    .limit(size)
    .execute()
  return rows.map(toLine)
}

/** How many lines have each verdict; those not answered yet are under null. */
export async function countVerdicts(db: Db, queryId: number): Promise<Map<Verdict | null, number>> {
  const rows = await db
    .selectFrom('batch_line')
    .where('query_id', '=', queryId)
    .groupBy('verdict')
    .select(({ fn }) => ['verdict', fn.countAll<number>().as('count')])
    .execute()
  return new Map(rows.map(({ verdict, count }) => [verdict as Verdict | null, Number(count)]))
}

/** Clients, kinds and months of which something was found: what the list is held against. */
export async function foundMonths(db: Db, queryId: number) {
  const rows = await db
    .selectFrom('batch_line')
    .where('query_id', '=', queryId)
    .where('verdict', 'in', ['found', 'annulled'])
    .where('receipt_key', 'is not', null)
    .select(['party_id', 'kind', 'issued_on', 'receipt_key', 'n'])
    .execute()
  return rows.map((row) => ({
    partyId: row.party_id ?? 0,
    kind: row.kind as DocumentKind,
    day: row.issued_on as Day,
    key: row.receipt_key ?? '',
  }))
}

/** The last place taken. */
export async function lastLineOf(db: Db, queryId: number): Promise<number> {
  const row = await db
    .selectFrom('batch_line')
    .select('n')
    .where('query_id', '=', queryId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.n ?? 0
}

function toQuery(row: Selectable<Schema['batch_query']>): BatchQuery {
  return {
    id: row.id,
    loginId: row.login_id,
    firmId: row.firm_id,
    mode: row.mode,
    title: row.title,
    period: JSON.parse(row.asked),
    lines: row.lines,
    createdAt: new Date(row.created_at),
    answeredAt: row.answered_at === null ? null : new Date(row.answered_at),
    missingCut: row.missing_cut === 1,
  }
}

/** A line as it is stored; one without an answer yet counts as unknown. */
export function toLine(row: Selectable<Schema['batch_line']>): AnsweredLine {
  return {
    n: row.n,
    row: row.line_row,
    value: row.value,
    accessKey: row.access_key,
    number: row.number,
    issuerRuc: row.issuer_ruc,
    kind: row.kind as DocumentKind,
    recipient: row.recipient,
    statedCents: row.stated_cents,
    remark: row.remark,
    verdict: (row.verdict ?? 'unknown') as Verdict,
    ...(row.receipt_key === null ? {} : { receiptKey: row.receipt_key }),
    ...(row.party_id === null ? {} : { partyId: row.party_id }),
    ...(row.issued_on === null ? {} : { issuedOn: row.issued_on as Day }),
    ...(row.receipts === null ? {} : { receipts: row.receipts }),
    ...(row.cents === null ? {} : { cents: row.cents }),
  }
}
