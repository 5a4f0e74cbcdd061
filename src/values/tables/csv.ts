/** Tells spreadsheets that the file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF'

/**
 * What a spreadsheet could take for a formula, signs of full width too; what has the apostrophe
 * already gets one more.
 */
const FORMULA_START = /^'*\s*[=+\-@|\t\r＝＋－＠]/

/** The first line of a table, with what comes before it. */
export function csvHeadOf(columns: readonly string[]): string {
  return `${BYTE_ORDER_MARK}${csvLineOf(columns.map(textCell))}`
}

/** One line (RFC 4180, with the semicolon that spreadsheets in Ecuador expect), of finished cells. */
export function csvLineOf(cells: readonly string[]): string {
  return `${cells.join(';')}\r\n`
}

/** Quoted always; an apostrophe keeps a spreadsheet from computing what somebody else wrote. */
export function textCell(text: string): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/**
 * A number that is a name. Spreadsheets keep fifteen digits and drop leading zeros, so it goes as a
 * constant formula over nothing but its digits; anything else goes as text.
 */
export function digitsCell(text: string): string {
  return /^\d+$/.test(text) ? `"=""${text}"""` : textCell(text)
}
