import { parseDocumentNumber } from '../values/document-number.ts'
import { normaliseForSearch } from '../values/search-words.ts'

/** A search of more words than this is a pasted text, not a search. */
const WORDS_MAX = 8

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
