import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { anyOf, insertNumberedRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { isPostgres } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { IssuanceState } from '../../db/tables/issuing.ts'
import type { Tx } from '../../db/transaction.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { creditedNumber } from '../credit-notes/credited-number.ts'
import type { Numbered } from '../issuer/issuer.ts'
import { type ListedState, SPENT } from '../states/state-groups.ts'
import type { Issuance, LotPlace } from './issuance.ts'

/** A document that has just got its number. */
export interface NewIssuance extends Numbered {
  readonly source: string
  readonly issuerId: number
  readonly kind: DocumentKind
  readonly draft: ReceiptDraft
  readonly isFee: boolean
  readonly lot: LotPlace | null
}

const NEW_COLUMNS = [
  'source',
  'issuer_id',
  'environment',
  'kind',
  'establishment',
  'point',
  'sequence',
  'access_key',
  'draft',
  'edition',
  'is_fee',
  'credited_number',
  'state',
  'next_step',
  'next_at',
  'tries',
  'refusals',
  'lot_id',
  'lot_n',
  'created_at',
  'changed_at',
] as const

/** Adds documents that wait to be made; answers their numbers here, in their order. */
export async function addIssuances(
  tx: Tx,
  issuances: readonly NewIssuance[],
  now: Date,
): Promise<number[]> {
  const at = now.toISOString()
  const ids = await insertNumberedRows(tx, {
    table: 'issuance',
    columns: NEW_COLUMNS,
    rows: issuances.map((one) => [
      one.source,
      one.issuerId,
      one.environment,
      one.kind,
      one.establishment,
      one.point,
      one.sequence,
      one.accessKey,
      JSON.stringify(one.draft),
      1,
      one.isFee ? 1 : 0,
      creditedNumber(one.draft),
      'numbered',
      'make',
      at,
      0,
      0,
      one.lot?.lotId ?? null,
      one.lot?.n ?? null,
      at,
      at,
    ]),
  })
  return ids.map((id) => {
    if (id === null) throw new Error('An issuance without a number')
    return id
  })
}

/** What was issued already for some sources. */
export async function issuancesFor(
  tx: Tx,
  sources: readonly string[],
): Promise<Map<string, { issuanceId: number; accessKey: string }>> {
  if (sources.length === 0) return new Map()
  const rows = await tx
    .selectFrom('issuance')
    .select(['id', 'source', 'access_key'])
    .where('source', 'in', anyOf(tx, sources))
    .execute()
  return new Map(rows.map((row) => [row.source, { issuanceId: row.id, accessKey: row.access_key }]))
}

/** Null when there is none. In a transaction nobody else changes it until that ends. */
export async function findIssuance(db: Db, id: number): Promise<Issuance | null> {
  const row = await db
    .selectFrom('issuance')
    .selectAll()
    .where('id', '=', id)
    .$if(isPostgres(db) && db.isTransaction, (query) => query.forUpdate())
    .executeTakeFirst()
  return row ? toIssuance(row) : null
}

function toIssuance(row: Selectable<Schema['issuance']>): Issuance {
  const draft = JSON.parse(row.draft) as ReceiptDraft
  return {
    id: row.id,
    issuerId: row.issuer_id,
    source: row.source,
    kind: row.kind as DocumentKind,
    environment: row.environment,
    establishment: row.establishment,
    point: row.point,
    sequence: row.sequence,
    accessKey: row.access_key,
    issuedOn: draft.issuedOn,
    draft,
    isFee: row.is_fee === 1,
    state: row.state,
    edition: row.edition,
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
    refusals: row.refusals,
    refusedAt: row.refused_at === null ? null : new Date(row.refused_at),
    answerCode: row.answer_code,
    answer: row.answer,
    lot: row.lot_id === null || row.lot_n === null ? null : { lotId: row.lot_id, n: row.lot_n },
    isSpent: row.spent_at !== null,
    isClosed: row.closed_at !== null,
  }
}

/** Notes that a document came to its end as a receipt that is not what was sent. */
export async function settleAdopted(
  tx: Tx,
  id: number,
  receiptId: number,
  answer: string,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('issuance')
    .set({
      state: 'authorized',
      receipt_id: receiptId,
      answer_code: null,
      answer,
      changed_at: now.toISOString(),
    })
    .where('id', '=', id)
    .execute()
}

/** Says that nothing more is done with a document that stands still. */
export async function closeIssuance(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('issuance')
    .set({ closed_at: now.toISOString(), changed_at: now.toISOString() })
    .where('id', '=', id)
    .execute()
}

/** Puts a corrected draft in the place of the former one, to be made anew. */
export async function replaceDraft(
  tx: Tx,
  id: number,
  { draft, accessKey, isNewKey }: { draft: ReceiptDraft; accessKey: string; isNewKey: boolean },
  now: Date,
): Promise<void> {
  const at = now.toISOString()
  await tx
    .updateTable('issuance')
    .set({
      draft: JSON.stringify(draft),
      access_key: accessKey,
      credited_number: creditedNumber(draft),
      state: 'numbered',
      next_step: 'make',
      next_at: at,
      tries: 0,
      sends: 0,
      questions: 0,
      ...(isNewKey ? { refused_through: null } : {}),
      changed_at: at,
      answer_code: null,
      answer: null,
    })
    .set((eb) => ({ edition: eb('edition', '+', 1) }))
    .where('id', '=', id)
    .execute()
  await tx.deleteFrom('issuance_document').where('issuance_id', '=', id).execute()
}

/** As the indexes of what is not through have it. */
const isSpent = sql<boolean>`spent_at is not null and closed_at is null`
const isOpenIn = (state: IssuanceState) =>
  sql<boolean>`state = ${state} and next_step is null and spent_at is null
    and state <> 'authorized' and closed_at is null`

/** Documents that stand still in a state until a person does something, the oldest first. */
export async function stoppedIssuances(
  db: Db,
  state: ListedState,
  page: { afterId: number; limit: number },
): Promise<Issuance[]> {
  const rows = await db
    .selectFrom('issuance')
    .selectAll()
    .where(state === SPENT ? isSpent : isOpenIn(state))
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute()
  return rows.map(toIssuance)
}

/** How many documents of a lot stand where, as lists tell them apart. */
export async function countLotIssuances(
  db: Db,
  lotId: number,
): Promise<Partial<Record<ListedState, number>>> {
  // By what the index has in order: by whether it is spent they would be sorted first.
  const rows = await db
    .selectFrom('issuance')
    .where('lot_id', '=', lotId)
    .where('closed_at', 'is', null)
    .groupBy('state')
    .select(({ fn }) => [
      'state',
      fn.countAll<number>().as('count'),
      fn.count<number>('spent_at').as('spent'),
    ])
    .execute()
  const spent = rows.reduce((sum, row) => sum + Number(row.spent), 0)
  const counts = [
    ...rows.map((row) => [row.state, Number(row.count) - Number(row.spent)] as const),
    [SPENT, spent] as const,
  ]
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
