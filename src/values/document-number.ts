/** Establishment, point of issue and sequence of a receipt: `001-002-000018710`. */
export type DocumentNumber = string & { readonly name: 'document number' }

/**
 * Reads `001-002-000018710`, with the sequence padded when it is short (`001-002-18710`), or the
 * same fifteen digits without hyphens; null for anything else.
 */
export function parseDocumentNumber(text: string): DocumentNumber | null {
  const bare = text.replaceAll(/\s/g, '')
  const match = /^(\d{3})-(\d{3})-(\d{1,9})$/.exec(bare) ?? /^(\d{3})(\d{3})(\d{9})$/.exec(bare)
  if (match === null) return null
  return formatDocumentNumber(match[1] ?? '', match[2] ?? '', match[3] ?? '')
}

/** Joins the three parts, zero-padded to 3, 3 and 9 digits. */
export function formatDocumentNumber(
  establishment: string,
  issuePoint: string,
  sequence: string,
): DocumentNumber {
  const parts = [establishment.padStart(3, '0'), issuePoint.padStart(3, '0')]
  return `${parts.join('-')}-${sequence.padStart(9, '0')}` as DocumentNumber
}
