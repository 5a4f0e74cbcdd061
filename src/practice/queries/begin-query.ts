import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { formatDay } from '../../values/day.ts'
import { canonicalTaxId } from '../../values/tax-id.ts'
import { addJob } from '../../work/job-store.ts'
import { type ListingItem, shownValue } from '../listings/asked.ts'
import { type ListingLimits, readListing } from '../listings/read-listing.ts'
import { ListingRefused } from '../listings/refusal.ts'
import { ANSWER_QUERY, answerQuery } from './answer-query.ts'
import {
  type AskedPeriod,
  LINE_STEP,
  type LineAnswer,
  type QueryLine,
  type QueryMode,
} from './batch-query.ts'
import { addQuery, findQuery, putLines } from './query-store.ts'

type Needs = { db: Db; now: () => Date }
type Who = { readonly loginId: number; readonly firmId: number }
type NewLine = QueryLine & Partial<LineAnswer>

/** What is answered while somebody waits; more is left to a job. */
const WAITED_FOR = 2_000

export type Begun =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly message: string }

/** Keeps a list or a file as a query, and answers it unless it is long. Refuses what is no listing. */
export async function beginListing(
  needs: Needs,
  who: Who,
  listing: {
    mode: QueryMode
    name: string
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
    limits: ListingLimits
  },
): Promise<Begun> {
  const lines: NewLine[] = []
  try {
    for await (const { items } of readListing(listing.bytes, listing.limits)) {
      for (const item of items) lines.push(lineOf(item, (lines.length + 1) * LINE_STEP))
    }
  } catch (error) {
    if (error instanceof ListingRefused) return { ok: false, message: error.refusal.message }
    throw error
  }
  return begin(needs, who, { mode: listing.mode, title: listing.name, period: null }, lines)
}

/** What a listing asks for as a line of a query; what cannot be read has its answer already. */
export function lineOf(item: ListingItem, n: number): NewLine {
  if (!item.ok) {
    const { row, value, complaint } = item.bad
    const remark = `${complaint.reason} ${complaint.cure}`
    return { ...EMPTY, n, row, value, remark, verdict: 'bad' }
  }
  const { asked } = item
  return {
    n,
    row: asked.row,
    value: shownValue(asked.by === 'key' ? asked.key : asked.number),
    accessKey: asked.by === 'key' ? asked.key : null,
    number: asked.by === 'number' ? asked.number : null,
    issuerRuc: asked.by === 'number' ? asked.issuerRuc : null,
    kind: asked.by === 'number' ? asked.kind : null,
    recipient: asked.stated?.recipient ?? null,
    statedCents: asked.stated?.total ?? null,
    remark: asked.remark ? `${asked.remark.reason} ${asked.remark.cure}` : '',
  }
}

/** Keeps a query for some clients and days. */
export async function beginPeriod(
  needs: Needs,
  who: Who,
  numbers: readonly string[],
  period: AskedPeriod,
): Promise<Begun> {
  if (numbers.length === 0) return { ok: false, message: 'Elige al menos una empresa.' }
  const lines = [...new Set(numbers)].map((typed, at): NewLine => {
    const recipient = canonicalTaxId(typed)
    return { ...EMPTY, n: (at + 1) * LINE_STEP, row: at + 1, value: shownValue(typed), recipient }
  })
  const title = `Del ${formatDay(period.from)} al ${formatDay(period.to)}`
  return begin(needs, who, { mode: 'period', title, period }, lines)
}

const EMPTY = {
  row: null,
  accessKey: null,
  number: null,
  issuerRuc: null,
  kind: null,
  recipient: null,
  statedCents: null,
  remark: '',
}

async function begin(
  needs: Needs,
  who: Who,
  query: { mode: QueryMode; title: string; period: AskedPeriod | null },
  lines: readonly NewLine[],
): Promise<Begun> {
  const { db, now } = needs
  const id = await transaction(db, async (tx) => {
    const added = await addQuery(tx, { ...who, ...query, lines: lines.length }, now())
    await putLines(tx, added, lines)
    // Of a short one too: should this process end before it is answered, somebody takes it up.
    const work = { kind: ANSWER_QUERY, subjectId: added, total: lines.length, checkpoint: null }
    await addJob(tx, { ...work, createdBy: who.loginId }, now())
    return added
  })
  const kept = lines.length > WAITED_FOR ? null : await findQuery(db, id)
  if (kept !== null) await answerQuery(needs, kept)
  return { ok: true, id }
}
