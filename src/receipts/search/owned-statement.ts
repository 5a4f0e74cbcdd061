import { parseDocumentNumber } from '../../values/document-number.ts'
import { likePattern } from '../search-text.ts'
import type { ReceiptFilter } from './search-filter.ts'

/** A word of digits this long can only be a piece of an access key. */
const KEY_PIECE = /^\d{16,48}$/

/** What a row `r` adds to a sum, as `signedValue` says it. */
export const SIGNED_VALUE = signed('r.total_cents')
/** The same of a day's row. */
export const SIGNED_DAY = signed('r.cents')

function signed(amount: string): string {
  return `(case r.kind when 'credit-note' then -${amount} else ${amount} end)`
}

/**
 * The SQL of a search, put together as text: on the page that everybody opens first, a query builder
 * takes as long as the query. Values never stand in the text, only places for them.
 */
export class OwnedStatement {
  readonly parameters: unknown[] = []
  readonly #place: (position: number) => string

  /** @param place how the database writes the place of its first, second… value */
  constructor(place: (position: number) => string) {
    this.#place = place
  }

  /** A place for a value, and the value in it. */
  bind(value: string | number): string {
    this.parameters.push(value)
    return this.#place(this.parameters.length)
  }

  /**
   * `from … where …`: the receipts of one party that a search means. Everything that a list shows,
   * counts or exports starts here, so whose they are is said once.
   *
   * @param table of the receipts, or of what they add up to when the search `asksForDays`
   */
  rowsOf(
    partyId: number,
    filter: ReceiptFilter,
    table: 'receipt_owner' | 'receipt_day' = 'receipt_owner',
  ): string {
    const rows = `from ${table} as r where r.party_id = ${this.bind(partyId)}`
    return [rows, ...this.#conditions(filter)].join(' and ')
  }

  #conditions(filter: ReceiptFilter): string[] {
    if (filter.accessKey !== null) {
      return ['issued_on', 'id'].map((column) => {
        const place = this.bind(filter.accessKey ?? '')
        const own = column === 'id' ? 'receipt_id' : column
        return `r.${own} = (select ${column} from receipt where access_key = ${place})`
      })
    }
    const { from, to, kinds, statuses, min, max, number, words } = filter
    return [
      ...(from === null ? [] : [`r.issued_on >= ${this.bind(from)}`]),
      ...(to === null ? [] : [`r.issued_on <= ${this.bind(to)}`]),
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
