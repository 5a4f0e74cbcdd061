/**
 * The language in which the six documents are declared. One declaration drives reading, writing,
 * checking and the Spanish explanation, and the static types follow from it.
 */

/** What the text of an element may be. Lengths count characters, `decimal` counts digits. */
export type Rule =
  | { readonly is: 'text'; readonly min: number; readonly max: number; readonly lines: boolean }
  | { readonly is: 'digits'; readonly min: number; readonly max: number }
  | { readonly is: 'choice'; readonly values: readonly string[] }
  | { readonly is: 'pattern'; readonly pattern: RegExp; readonly says: string }
  | {
      readonly is: 'decimal'
      readonly total: number
      readonly fraction: number
      readonly negative: boolean
    }
  | { readonly is: 'date' }

interface Presence {
  readonly optional?: true
  /** The versions that know the element; all when absent. */
  readonly only?: readonly string[]
  /** Versions in which another node stands under the same name. */
  readonly variants?: Readonly<Record<string, Node>>
}

/** An element that holds text. */
export interface Leaf extends Presence {
  readonly node: 'leaf'
  readonly rule: Rule
}

/** An element that holds named elements, in this order. */
export interface Group<Fields extends GroupFields = GroupFields> extends Presence {
  readonly node: 'group'
  readonly fields: Fields
}

/** An element that holds only repetitions of one element; read as an array under its own name. */
export interface List<Item extends Leaf | Group | Pair = Leaf | Group | Pair> extends Presence {
  readonly node: 'list'
  readonly item: string
  readonly of: Item
  readonly min: number
  readonly max: number
  /** The container itself may come several times (`pagos` of a debit note); arrays are joined. */
  readonly repeats?: true
}

/** A name and a value: `nombre` is an attribute, `valor` another one or the text itself. */
export interface Pair extends Presence {
  readonly node: 'pair'
  readonly valueIn: 'attribute' | 'text'
  readonly rule: Rule
}

export type Node = Leaf | Group | List | Pair
type GroupFields = { readonly [name: string]: Node }

/** A name and its value, from `campoAdicional` and `detAdicional`. */
export interface NamedValue {
  nombre?: string
  valor?: string
}

/** What reading yields for a node. Everything is optional: a received document may lack anything. */
export type ContentOf<N> =
  N extends Group<infer Fields>
    ? { -readonly [Name in keyof Fields]?: ContentOf<Fields[Name]> }
    : N extends List<infer Item>
      ? ContentOf<Item>[]
      : N extends Pair
        ? NamedValue
        : N extends Leaf
          ? string
          : never

const UNBOUNDED = Number.POSITIVE_INFINITY

function leaf(rule: Rule): Leaf {
  return { node: 'leaf', rule }
}

/** One line of text between those lengths. */
export function text(min: number, max: number): Leaf {
  return leaf({ is: 'text', min, max, lines: false })
}

/** Text in which line breaks are allowed. */
export function lines(min: number, max: number): Leaf {
  return leaf({ is: 'text', min, max, lines: true })
}

export function digits(min: number, max: number = min): Leaf {
  return leaf({ is: 'digits', min, max })
}

export function choice(...values: string[]): Leaf {
  return leaf({ is: 'choice', values })
}

/** @param says what the pattern wants, in Spanish, to follow «debe ser». */
export function pattern(regExp: RegExp, says: string): Leaf {
  return leaf({ is: 'pattern', pattern: regExp, says })
}

/** A decimal of so many digits in all, so many of them after the point, not below zero. */
export function decimal(total: number, fraction: number): Leaf {
  return leaf({ is: 'decimal', total, fraction, negative: false })
}

export function signedDecimal(total: number, fraction: number): Leaf {
  return leaf({ is: 'decimal', total, fraction, negative: true })
}

/** A day as `dd/mm/20yy`. */
export function date(): Leaf {
  return leaf({ is: 'date' })
}

export function group<const Fields extends GroupFields>(fields: Fields): Group<Fields> {
  return { node: 'group', fields }
}

export function list<const Item extends Leaf | Group | Pair>(
  item: string,
  of: Item,
  { min = 1, max = UNBOUNDED }: { min?: number; max?: number } = {},
): List<Item> {
  return { node: 'list', item, of, min, max }
}

/** An element without text whose attributes are `nombre` and `valor`. */
export function attributePair(): Pair {
  return { node: 'pair', valueIn: 'attribute', rule: lines(1, 300).rule }
}

/** An element with a `nombre` attribute and its value as text. */
export function textPair(value: Leaf): Pair {
  return { node: 'pair', valueIn: 'text', rule: value.rule }
}

export function optional<const N extends Node>(node: N): N {
  return { ...node, optional: true }
}

/** The element exists only in those versions. */
export function only<const N extends Node>(versions: readonly string[], node: N): N {
  return { ...node, only: versions }
}

/** Read in documents of former years; no version of today may hold it. */
export function withdrawn<const N extends Node>(node: N): N {
  return { ...node, optional: true, only: [] }
}

/** In some versions another node stands under the same name. */
export function varying<const N extends Node>(
  node: N,
  variants: Readonly<Record<string, Node>>,
): N {
  return { ...node, variants }
}

/** The container may come more than once. */
export function repeated<const N extends List>(node: N): N {
  return { ...node, repeats: true }
}
