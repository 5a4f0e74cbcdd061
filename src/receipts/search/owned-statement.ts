import type { TextDialect } from '../../db/raw-query.ts'
import { parseDocumentNumber } from '../../values/document-number.ts'
import type { Stretch } from '../scope/scope.ts'
import { likePattern } from '../search-text.ts'
import type { ReceiptFilter } from './search-filter.ts'

/** A word of digits this long can only be a piece of an access key. */
const KEY_PIECE = /^\d{16,48}$/

/** What a row `r` adds to a sum, as `signedValue` says it. */
export const SIGNED_VALUE = signed('r.total_cents')
/** The same of a day's row. */
export const SIGNED_DAY = signed('r.cents')

export function signed(amount: string): string {
  return `(case r.kind when 'credit-note' then -${amount} else ${amount} end)`
}

type ScopedTable = 'receipt_owner' | 'receipt_day'

const FIRST_DAY = '0000-01-01'
const LAST_DAY = '9999-12-31'

/** Whether a row is of a kind, or names its owner by a number, that stands among those allowed. */
function isAllowed(allowed: () => string, table: ScopedTable): string {
  const tokens = [
    'r.kind',
    ...(table === 'receipt_day'
      ? []
      : ["':' || r.recipient_number", "r.kind || ':' || r.recipient_number"]),
  ]
  return `(${tokens.map((token) => `${allowed()} like '%|' || ${token} || '|%'`).join(' or ')})`
}

/** Whether a row `r` is in a listed stretch `s`. */
function withinListed(stretches: readonly Stretch[], table: ScopedTable): string {
  return [
    'r.party_id = s.party and r.issued_on >= s.since and r.issued_on <= s.until',
    ...(stretches.every(({ allowed }) => allowed === null)
      ? []
      : [`(s.allowed is null or ${isAllowed(() => 's.allowed', table)})`]),
  ].join(' and ')
}

/**
 * The SQL of a search, put together as text: on the page that everybody opens first, a query builder
 * takes as long as the query. Values never stand in the text, only places for them.
 */
export class OwnedStatement {
  readonly parameters: unknown[] = []
  readonly #dialect: TextDialect

  constructor(dialect: TextDialect) {
    this.#dialect = dialect
  }

  /** A place for a value, and the value in it. */
  bind(value: string | number): string {
    this.parameters.push(value)
    return this.#dialect.place(this.parameters.length)
  }

  /**
   * `from … where …`: the receipts within a scope that a search means. Everything that a list shows,
   * counts or exports starts here, so what somebody may read is said once.
   *
   * @param stretches the scope within the days of the search, so that those are said here too
   * @param table of the receipts, or of what they add up to when the search `asksForDays`
   */
  rowsOf(
    stretches: readonly Stretch[],
    filter: ReceiptFilter,
    table: ScopedTable = 'receipt_owner',
  ): string {
    const [only] = stretches
    if (!only) return `from ${table} as r where false`
    const rows =
      stretches.length === 1 ? this.#rowsIn(only, table) : this.#rowsInAny(stretches, table)
    return [rows, ...this.#conditions(filter)].join(' and ')
  }

  /** One party's days: the page that everybody opens, in the order of the index. */
  #rowsIn({ partyId, from, to, allowed }: Stretch, table: ScopedTable): string {
    return [
      `from ${table} as r where r.party_id = ${this.bind(partyId)}`,
      ...(from === null ? [] : [`r.issued_on >= ${this.bind(from)}`]),
      ...(to === null ? [] : [`r.issued_on <= ${this.bind(to)}`]),
      ...(allowed === null ? [] : [isAllowed(() => this.bind(allowed), table)]),
    ].join(' and ')
  }

  /**
   * One text for any number of parties. Of each the index is walked in its own order, and SQLite
   * leaves it as soon as its rows come after a page that is full.
   */
  #rowsInAny(stretches: readonly Stretch[], table: ScopedTable): string {
    const list = this.#listOf(stretches)
    return `from ${list} cross join ${table} as r where ${withinListed(stretches, table)}`
  }

  #listOf(stretches: readonly Stretch[]): string {
    const listed = stretches.map(({ partyId, from, to, allowed }) => {
      return [partyId, from ?? FIRST_DAY, to ?? LAST_DAY, allowed]
    })
    const columns = { party: 'number', since: 'text', until: 'text', allowed: 'text' } as const
    return `${this.#dialect.list(this.bind(JSON.stringify(listed)), columns)} as s`
  }

  /**
   * `select party_id, value …`: for each stretch, what its rows of the latest days answer, so many and
   * no more: each is walked from its end in the order of the index, and left there.
   */
  latestOfEach(stretches: readonly Stretch[], value: () => string, limit: number): string {
    return `select s.party as party_id, (select ${value()} from (
      select r.receipt_id from receipt_owner as r
      where ${withinListed(stretches, 'receipt_owner')}
      order by r.issued_on desc, r.receipt_id desc limit ${this.bind(limit)}) as latest) as value
      from ${this.#listOf(stretches)}`
  }

  #conditions(filter: ReceiptFilter): string[] {
    if (filter.accessKey !== null) {
      return ['issued_on', 'id'].map((column) => {
        const place = this.bind(filter.accessKey ?? '')
        const own = column === 'id' ? 'receipt_id' : column
        return `r.${own} = (select ${column} from receipt where access_key = ${place})`
      })
    }
    const { kinds, statuses, min, max, number, words } = filter
    return [
      ...this.#anyOf('r.kind', kinds),
      ...this.#anyOf('r.status', statuses),
      ...(min === null ? [] : [`r.total_cents >= ${this.bind(min)}`]),
      ...(max === null ? [] : [`r.total_cents <= ${this.bind(max)}`]),
      ...(number === '' ? [] : [this.#holdsNumber(number)]),
      ...words.map((word) => this.#holdsWord(word)),
    ]
  }

  #anyOf(column: string, values: readonly string[]): string[] {
    if (values.length === 0) return []
    return [`${column} in (${values.map((value) => this.bind(value)).join(', ')})`]
  }

  #like(expression: string, text: string): string {
    return `${expression} like ${this.bind(likePattern(text))} escape '\\'`
  }

  #holdsNumber(typed: string): string {
    const whole = parseDocumentNumber(typed)
    if (whole !== null) return `r.number = ${this.bind(whole)}`
    return this.#like(typed.includes('-') ? 'r.number' : "replace(r.number, '-', '')", typed)
  }

  #holdsWord(word: string): string {
    const inText = this.#like('r.search_text', word)
    return KEY_PIECE.test(word) ? `(${inText} or ${this.#like('r.access_key', word)})` : inText
  }
}
