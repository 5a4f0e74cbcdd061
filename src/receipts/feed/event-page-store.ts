import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { runText, textDialectOf } from '../../db/raw-query.ts'
import type { Schema } from '../../db/schema.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import type { ReceiptScope, ScopePart } from '../scope/scope.ts'
import type { ReceiptEvent } from './event.ts'
import { lastEvent } from './event-store.ts'

/** Events in their order, and up to where they have been read. */
export interface EventPage {
  readonly events: readonly ReceiptEvent[]
  /** The next page begins behind this number; nothing that may be seen is before it unread. */
  readonly reached: number
  readonly hasMore: boolean
}

/** SQLite takes 500 parts of a union; a hundred are planned in no time. */
const PARTIES_AT_ONCE = 100

/**
 * The next events behind a number that a scope covers. Each party's are read from where its own
 * begin, so a page costs the same whatever happens to everybody else.
 */
export async function eventsOf(
  db: Db,
  scope: ReceiptScope,
  page: { after: number; size: number },
): Promise<EventPage> {
  // First: what is noted from here on is on the next page, whole.
  const head = await lastEvent(db)
  if (head <= page.after) return { events: [], reached: page.after, hasMore: false }
  const stretch = { after: page.after, upTo: head, limit: page.size + 1 }
  const news = await partsWithNews(db, scope, stretch)
  const found = new Map<number, ReceiptEvent>()
  for (let from = 0; from < news.length; from += PARTIES_AT_ONCE) {
    const some = await read(db, news.slice(from, from + PARTIES_AT_ONCE), stretch)
    for (const event of some) found.set(event.seq, event)
  }
  const sorted = [...found.values()].sort((one, other) => one.seq - other.seq)
  const events = sorted.slice(0, page.size)
  const hasMore = sorted.length > page.size
  return { events, hasMore, reached: hasMore ? (events.at(-1)?.seq ?? head) : head }
}

interface Stretch {
  readonly after: number
  readonly upTo: number
  readonly limit: number
}

/** Most clients are quiet most of the time. */
async function partsWithNews(
  db: Db,
  scope: ReceiptScope,
  { after, upTo }: Stretch,
): Promise<ReceiptScope> {
  if (scope.length === 0) return []
  const ids = [...new Set(scope.map(({ partyId }) => partyId))]
  const rows = await db
    .selectFrom('followed_party as f')
    .select('f.party_id')
    .where('f.party_id', 'in', anyOf(db, ids))
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('receipt_event as e')
          .select('e.seq')
          .whereRef('e.party_id', '=', 'f.party_id')
          .where('e.seq', '>', after)
          .where('e.seq', '<=', upTo),
      ),
    )
    .execute()
  const moved = new Set(rows.map(({ party_id }) => party_id))
  return scope.filter(({ partyId }) => moved.has(partyId))
}

async function read(db: Db, scope: ReceiptScope, stretch: Stretch): Promise<ReceiptEvent[]> {
  const { place } = textDialectOf(db)
  const parameters: (string | number)[] = []
  const bind = (value: string | number) => {
    parameters.push(value)
    return place(parameters.length)
  }
  // Two parts of one party may cover the same event, which is then one row.
  const parts = scope.map((part) => `select * from (${textOf(part, stretch, bind)}) as part`)
  const text = `${parts.join(' union ')} order by seq limit ${bind(stretch.limit)}`
  const rows = await runText<Schema['receipt_event']>(db, text, parameters)
  return rows.map(toEvent)
}

/** The first events of one part: the end of it is part of the question, and not of the answer. */
function textOf(
  { partyId, kinds, from, to, recipient }: ScopePart,
  { after, upTo, limit }: Stretch,
  bind: (value: string | number) => string,
): string {
  const conditions = [
    `party_id = ${bind(partyId)}`,
    `seq > ${bind(after)}`,
    `seq <= ${bind(upTo)}`,
    ...(kinds.length === 0 ? [] : [`kind in (${kinds.map(bind).join(', ')})`]),
    ...(from === null ? [] : [`issued_on >= ${bind(from)}`]),
    ...(to === null ? [] : [`issued_on <= ${bind(to)}`]),
    ...(recipient === null ? [] : [`recipient_number = ${bind(recipient)}`]),
  ]
  return `select party_id, seq, what, access_key, kind, issued_on, at from receipt_event
    where ${conditions.join(' and ')} order by seq limit ${bind(limit)}`
}

function toEvent(row: Schema['receipt_event']): ReceiptEvent {
  return {
    seq: row.seq,
    what: row.what,
    partyId: row.party_id,
    accessKey: row.access_key,
    kind: row.kind as DocumentKind,
    issuedOn: row.issued_on as Day,
    at: new Date(row.at),
  }
}
