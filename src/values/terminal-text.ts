/** What moves the cursor, breaks the line, turns the reading direction or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A name or a sentence that holds one, on one line, with a mark for each sign nobody should see raw. */
export function plainLine(text: string): string {
  return text.replaceAll(UNSEEN, '\ufffd')
}

/** JSON on one line, the same to whoever parses it, and nothing in it that garbles a terminal. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSEEN, escaped)
}

function escaped(sign: string): string {
  const units = Array.from({ length: sign.length }, (_, at) => sign.charCodeAt(at))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
