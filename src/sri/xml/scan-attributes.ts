import { NextSign, nameEnd } from './xml-names.ts'
import { withoutReferences } from './xml-references.ts'

export type Attributes = Readonly<Record<string, string>>

export const NO_ATTRIBUTES: Attributes = Object.freeze(Object.create(null))

const [MORE, SLASH, QUOTE, TICK, EQUALS] = [62, 47, 34, 39, 61]

/** Where each name and each value of the tag at hand begins and ends: four places an attribute. */
const places: number[] = []
const PLACES = 4

/** Reads the attributes of one tag after another; what is unusual is left to the strict parser. */
export class AttributeScanner {
  readonly #source: string
  readonly #max: number
  readonly #hasReferences: boolean
  readonly #odd: readonly NextSign[]
  #count = 0

  /** @param max how many attributes a tag may have */
  constructor(source: string, max: number) {
    this.#source = source
    this.#max = max
    this.#hasReferences = source.includes('&')
    // Blanks are folded and «<» is forbidden in attributes; both are rare, so the parser does it.
    this.#odd = ['<', '\n', '\t', '\r'].map((sign) => new NextSign(source, sign))
  }

  /** @returns where the tag ends, at its «/» or «>»; -1 when anything is unusual. */
  pass(start: number): number {
    this.#count = 0
    let at = start
    for (;;) {
      const blanks = at
      while (isBlankCode(this.#source.charCodeAt(at))) at += 1
      const code = this.#source.charCodeAt(at)
      if (code === MORE || code === SLASH) return at
      if (at === blanks || this.#count >= this.#max) return -1
      at = this.#passOne(at)
      if (at === -1) return -1
    }
  }

  /** What `pass` has just passed. */
  read(): Attributes {
    if (this.#count === 0) return NO_ATTRIBUTES
    const attributes: Record<string, string> = Object.create(null)
    for (let at = 0; at < this.#count * PLACES; at += PLACES) {
      const value = this.#source.slice(places[at + 2], places[at + 3])
      attributes[this.#source.slice(places[at], places[at + 1])] = this.#hasReferences
        ? (withoutReferences(value) ?? '')
        : value
    }
    return attributes
  }

  #passOne(start: number): number {
    const source = this.#source
    const end = nameEnd(source, start)
    if (end === -1 || source.charCodeAt(end) !== EQUALS || this.#has(start, end)) return -1
    const quote = source.charCodeAt(end + 1)
    if (quote !== QUOTE && quote !== TICK) return -1
    const close = source.indexOf(quote === QUOTE ? '"' : "'", end + 2)
    if (close === -1) return -1
    for (const sign of this.#odd) if (sign.from(end + 2) < close) return -1
    if (this.#hasReferences && withoutReferences(source.slice(end + 2, close)) === null) return -1
    const at = this.#count * PLACES
    places[at] = start
    places[at + 1] = end
    places[at + 2] = end + 2
    places[at + 3] = close
    this.#count += 1
    return close + 1
  }

  #has(start: number, end: number): boolean {
    for (let at = 0; at < this.#count * PLACES; at += PLACES) {
      const [from = 0, to = 0] = [places[at], places[at + 1]]
      if (to - from !== end - start) continue
      if (this.#source.slice(from, to) === this.#source.slice(start, end)) return true
    }
    return false
  }
}

export function isBlankCode(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}
