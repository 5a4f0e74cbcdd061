const LOWER_WORDS = new Set(['de', 'del', 'la', 'las', 'los', 'y', 'e', 'en'])
/** «MARIA», «CIA.», «LTDA.»; not «S.A.», «J.» or «D2». */
const ONE_WORD = /^(?:\p{L}+|\p{L}{2,}\.)$/u

/** «MARIA JOSE DE LA TORRE» is how registers print a name; people are shown and greeted as «Maria Jose de la Torre». */
export function readableName(name: string): string {
  const bare = name.trim()
  if (bare !== bare.toUpperCase()) return bare
  const words = bare.split(/\s+/).map((word, at) => {
    const lower = word.toLowerCase()
    if (!ONE_WORD.test(word)) return word
    if (at > 0 && LOWER_WORDS.has(lower)) return lower
    return `${word.charAt(0)}${lower.slice(1)}`
  })
  return words.join(' ')
}

/** «María José Paredes» → `MP`; a single word gives one letter. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1)
  return ends.map((word) => [...(word ?? '')][0]?.toUpperCase() ?? '').join('')
}
