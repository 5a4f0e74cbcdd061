/** Several blanks and line breaks become one blank. */
export function oneLine(text: string): string {
  return /\s\s|[\t\n\r]/.test(text) ? text.replaceAll(/\s+/g, ' ').trim() : text.trim()
}
