import Type from 'typebox'

/** A text that is one of these words, for the description of the API. */
export function oneOf(words: readonly string[], description?: string) {
  const union = Type.Union(
    words.map((word) => Type.Literal(word)),
    description ? { description } : {},
  )
  return Type.Unsafe<string>(union)
}
