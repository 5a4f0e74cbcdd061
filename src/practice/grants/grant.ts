import { type DocumentKind, documentKinds } from '../../sri/kinds.ts'

/** Kinds as a row holds them: separated by commas, none is all. */
export function readKinds(text: string): DocumentKind[] {
  const named = text.split(',')
  return documentKinds.filter(({ kind }) => named.includes(kind)).map(({ kind }) => kind)
}
