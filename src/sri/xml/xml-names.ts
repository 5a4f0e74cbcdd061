const NAMES_MAX = 2048
const NAME_CHARACTERS_MAX = 64
const PLAIN_NAME = /^[A-Za-z_][\w.:-]*$/

/** One string for each name seen, so that equal names are the same string. */
const known = new Map<string, string>()

/** Whatever lies between two places, when it is a name seen before; null otherwise. */
export function knownName(source: string, start: number, end: number): string | null {
  if (end - start > NAME_CHARACTERS_MAX) return null
  return known.get(source.slice(start, end)) ?? null
}

/** The plain name between two places, to be known from now on. */
export function learnName(source: string, start: number, end: number): string {
  const text = source.slice(start, end)
  const seen = known.get(text)
  if (seen !== undefined || text.length > NAME_CHARACTERS_MAX || known.size >= NAMES_MAX) {
    return seen ?? text
  }
  const name = ownCopy(text)
  known.set(name, name)
  return name
}

/** A part of a text keeps the whole text in memory; the key of an object is always a copy. */
function ownCopy(part: string): string {
  return Object.keys({ [part]: true })[0] ?? part
}

/** Character codes that may stand in a plain name; names in other alphabets go to the parser. */
const NAME_CODES = new Uint8Array(128)
for (let code = 0; code < 128; code += 1) {
  if (PLAIN_NAME.test(`_${String.fromCharCode(code)}`)) NAME_CODES[code] = 1
}
const COLON = 58

/** Where the name that begins here ends; -1 when it is no plain name. */
export function nameEnd(source: string, start: number): number {
  // Digits, «-», «.» and «:» come no later than the colon; none of them begins a name.
  if (source.charCodeAt(start) <= COLON) return -1
  let at = start
  for (;;) {
    const code = source.charCodeAt(at)
    // Past the end there is no code, and what comes of that fails the comparison.
    if (!(code < 128) || NAME_CODES[code] !== 1) return at === start ? -1 : at
    at += 1
  }
}

/** Where a sign comes next. Looks ahead natively and remembers, so that asking costs nothing. */
export class NextSign {
  readonly #source: string
  readonly #sign: string
  #at = -1

  constructor(source: string, sign: string) {
    this.#source = source
    this.#sign = sign
  }

  /** The first at or after this place; the length of the text when there is none. */
  from(place: number): number {
    if (this.#at >= place) return this.#at
    const found = this.#source.indexOf(this.#sign, place)
    this.#at = found === -1 ? this.#source.length : found
    return this.#at
  }
}
