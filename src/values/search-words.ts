/** Combining marks: what is left of an accent, a tilde or a diaeresis once taken apart. */
const MARKS = /\p{M}+/gu
const BLANKS = /\s+/g
const ODD_BLANK = /\s\s|[^\S ]/
/** Words of unaccented letters, digits and signs, a single blank between them. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/

/** The one form in which texts are compared: no accents, lower case, single blanks. */
export function normaliseForSearch(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const bare = text.normalize('NFKD').replace(MARKS, '').toLowerCase()
  return (ODD_BLANK.test(bare) ? bare.replace(BLANKS, ' ') : bare).trim()
}

const WORDS_MAX = 20
const LETTERS_MAX = 40
const BETWEEN = /[^\p{L}\p{N}]+/u

/** The different words of a name or of a search for one: letters and digits only, twenty at most. */
export function wordsOf(text: string): string[] {
  const words = normaliseForSearch(text).split(BETWEEN).filter(Boolean)
  return [...new Set(words.map((word) => word.slice(0, LETTERS_MAX)))].slice(0, WORDS_MAX)
}
