import { parseDocumentNumber } from '../values/document-number.ts'

/** Combining marks: what is left of an accent, a tilde or a diaeresis once taken apart. */
const MARKS = /\p{M}+/gu
const BLANKS = /\s+/g
const ODD_BLANK = /\s\s|[^\S ]/
/** Words of unaccented letters, digits and signs, a single blank between them. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/

/** A search of more words than this is a pasted text, not a search. */
const WORDS_MAX = 8

/** The one form in which texts are compared: no accents, lower case, single blanks. */
export function normaliseForSearch(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const bare = text.normalize('NFKD').replace(MARKS, '').toLowerCase()
  return (ODD_BLANK.test(bare) ? bare.replace(BLANKS, ' ') : bare).trim()
}

/**
 * What free text finds a receipt by, kept beside it when it is stored: its number with and without
 * hyphens, its issuer and its concept. Not the access key: its 49 digits hold nearly every short
 * number somewhere, so a search for `18710` would find strangers.
 */
export function searchText(receipt: {
  number: string
  issuerRuc: string
  issuerName: string
  concept: string
}): string {
  const { number, issuerRuc, issuerName, concept } = receipt
  const parts = [number, number.replaceAll('-', ''), issuerRuc, issuerName, concept]
  return normaliseForSearch(parts.join(' '))
}

/** The words of a typed search, each of which a receipt must hold; a short number is completed. */
export function searchWords(typed: string): string[] {
  const words = normaliseForSearch(typed).split(' ').filter(Boolean)
  return [...new Set(words)].slice(0, WORDS_MAX).map((word) => parseDocumentNumber(word) ?? word)
}

/** A pattern for `like … escape '\'` that finds the text anywhere, with nothing in it special. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
}
