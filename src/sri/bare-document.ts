/** What may differ between a file of its own and the same document inside an answer. */
const PROLOGUE = /^\s*(?:<\?xml\s[^>]*\?>\s*)?/

/**
 * The text of a document without what may surround it, to tell whether two are the same one. Line
 * ends count as one, as they do for XML and its signatures: an answer may have changed them.
 */
export function bareDocument(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replace(PROLOGUE, '').trimEnd()
}
