import { type Cents, printAmount } from '../../values/money.ts'

/** An element and its text, or the elements in it; in the order of the schema. */
export type AtsElement = readonly [name: string, content: string | readonly AtsElement[]]

/** Every text of the annex is digits, capitals and blanks, so that nothing has to be escaped. */
const SAFE = /^[A-Za-z0-9 ./-]*$/

/** Writes elements. Throws on a text that the annex could not hold: nothing unchecked gets in. */
export function writeElements(elements: readonly AtsElement[]): string {
  return elements.map(writeElement).join('')
}

function writeElement([name, content]: AtsElement): string {
  if (typeof content !== 'string') return `<${name}>${writeElements(content)}</${name}>`
  if (!SAFE.test(content)) throw new RangeError(`Not a text of the ATS in ${name}: ${content}`)
  return `<${name}>${content}</${name}>`
}

const NAME_MAX = 500
const NAME_MIN = 5

/** Capitals without accents, digits and blanks: the safe habit, and all that the pattern allows. */
export function atsName(name: string): string {
  const bare = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase()
  const plain = bare.replaceAll('&', ' Y ').replaceAll(/[^A-Z0-9]+/g, ' ')
  const settled = plain.trim().slice(0, NAME_MAX).trim()
  return settled.length < NAME_MIN ? `CONTRIBUYENTE ${settled}`.trim() : settled
}

/** Whole cents of an amount that is not below zero, with two decimals. */
export function atsAmount(amount: Cents): string {
  return printAmount(amount)
}

/** What fits the twelve digits of an amount and is not below zero. */
export function fitsAts(amounts: readonly (Cents | null)[]): boolean {
  return amounts.every((amount) => amount !== null && amount >= 0 && amount < 100_000_000_000_000)
}
