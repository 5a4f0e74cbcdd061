import { type Asked, type ListingItem, shownValue } from './asked.ts'
import { complain } from './complaint.ts'
import { isTitle, type Layout, type LayoutName, readLayout } from './layout.ts'
import { type Line, LineCutter } from './lines.ts'
import { amountAlone, readRecord } from './read-record.ts'
import { readWords } from './read-words.ts'
import { ListingRefused, strangerIn } from './refusal.ts'

/** How much one listing may bring. */
export interface ListingLimits {
  readonly bytesMax: number
  /** Things asked for and bad lines together. */
  readonly itemsMax: number
}

/** What a person pastes into a form. */
export const PASTED: ListingLimits = { bytesMax: 256 * 1_024, itemsMax: 1_000 }
/** A file: the reports of fifty taxpayers for a month fit. */
export const UPLOADED: ListingLimits = { bytesMax: 16 * 1_024 * 1_024, itemsMax: 50_000 }

export interface ListingPart {
  /** Null for a plain list of keys and numbers. */
  readonly layout: LayoutName | null
  readonly items: readonly ListingItem[]
}

/**
 * Reads what somebody asks for: the SRI's report in any layout, or a list of keys and numbers, told
 * apart by what stands in it. Bad lines are named and passed over. Holds one line and the keys met
 * so far. Throws `ListingRefused`.
 */
export async function* readListing(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limits: ListingLimits,
): AsyncGenerator<ListingPart, void, undefined> {
  const cutter = new LineCutter()
  const reader = new ListingReader(limits.itemsMax)
  let size = 0
  for await (const piece of bytes) {
    if (size === 0) {
      const stranger = strangerIn(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength))
      if (stranger !== null) throw new ListingRefused(stranger)
    }
    size += piece.length
    if (size > limits.bytesMax) throw new ListingRefused('too-large')
    yield reader.take(cutter.push(piece))
  }
  yield reader.take(cutter.end())
  yield reader.end()
}

class ListingReader {
  readonly #itemsMax: number
  /** Where each thing was asked for first. */
  readonly #seen = new Map<string, number>()
  #layout: Layout | null = null
  /** The first line of a record of A, until it is known whether its amount follows. */
  #open: Asked | null = null
  #count = 0

  constructor(itemsMax: number) {
    this.#itemsMax = itemsMax
  }

  take(lines: readonly Line[]): ListingPart {
    return this.#part(lines.flatMap((line) => this.#read(line)))
  }

  end(): ListingPart {
    const part = this.#part(this.#closed())
    if (this.#count === 0) throw new ListingRefused('empty')
    return part
  }

  #part(items: ListingItem[]): ListingPart {
    this.#count += items.length
    if (this.#count > this.#itemsMax) {
      throw new ListingRefused('too-many', { lines: this.#count, max: this.#itemsMax })
    }
    return { layout: this.#layout?.name ?? null, items }
  }

  #read({ row, text }: Line): ListingItem[] {
    if (text === null) {
      const bad = { row, value: '', complaint: complain('too-long') }
      return [...this.#closed(), { ok: false, bad }]
    }
    // Reports of several months in one file repeat their header.
    const layout = /\d{4}/.test(text) ? null : readLayout(text)
    if (layout !== null) {
      const before = this.#closed()
      this.#layout = layout
      return before
    }
    if (isTitle(text)) return this.#closed()
    if (this.#layout === null) return this.#unrepeated(readWords(row, text))
    return this.#record(row, text, this.#layout)
  }

  #record(row: number, text: string, layout: Layout): ListingItem[] {
    if (layout.name !== 'A') return this.#unrepeated([readRecord(row, text, layout)])
    const amount = amountAlone(text, layout)
    // The record that it belongs to has been named already.
    if (amount !== null && this.#open === null) return []
    if (this.#open !== null && amount !== null) {
      const { stated } = this.#open
      const asked =
        stated === null ? this.#open : { ...this.#open, stated: { ...stated, total: amount } }
      this.#open = null
      return this.#unrepeated([{ ok: true, asked }])
    }
    const before = this.#closed()
    const item = readRecord(row, text, layout)
    if (!item.ok) return [...before, item]
    this.#open = item.asked
    return before
  }

  #closed(): ListingItem[] {
    const asked = this.#open
    this.#open = null
    return asked === null ? [] : this.#unrepeated([{ ok: true, asked }])
  }

  /** The same thing twice is asked once: the second time the line says where the first is. */
  #unrepeated(items: readonly ListingItem[]): ListingItem[] {
    return items.map((item): ListingItem => {
      if (!item.ok) return item
      const { asked } = item
      const name = askedName(asked)
      const first = this.#seen.get(name)
      if (first === undefined) {
        this.#seen.set(name, asked.row)
        return item
      }
      const value = shownValue(asked.by === 'key' ? asked.key : asked.number)
      const complaint = complain('repeated', { row: first })
      return { ok: false, bad: { row: asked.row, value, complaint } }
    })
  }
}

function askedName(asked: Asked): string {
  if (asked.by === 'key') return asked.key
  return [asked.number, asked.issuerRuc ?? '', asked.kind ?? ''].join(' ')
}
