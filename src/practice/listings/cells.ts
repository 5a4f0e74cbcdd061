import { plainCell } from '../../intake/rows/tables/table.ts'

export type Delimiter = '\t' | ';' | ','

const QUOTE = '"'

/**
 * The cells of a line. The SRI's own files have tabs and no quoting, so a quote in them is a letter
 * of a name; what a spreadsheet saved has cells in quotes, with quotes inside doubled.
 */
export function cellsOf(line: string, delimiter: Delimiter): string[] {
  const cells = delimiter === '\t' ? line.split('\t').map(unquoted) : quotedCells(line, delimiter)
  return cells.map((cell) => plainCell(cell.trim()))
}

/** A spreadsheet that saves with tabs puts quotes around cells that have some. */
function unquoted(cell: string): string {
  const inner = cell.trim()
  const wrapped = inner.length >= 2 && inner.startsWith(QUOTE) && inner.endsWith(QUOTE)
  const content = inner.slice(1, -1)
  const doubled = wrapped && !content.replaceAll('""', '').includes(QUOTE)
  return doubled ? content.replaceAll('""', QUOTE) : cell
}

function quotedCells(line: string, delimiter: Delimiter): string[] {
  if (!line.includes(QUOTE)) return line.split(delimiter)
  const cells: string[] = []
  let cell = ''
  let inside = false
  for (let at = 0; at < line.length; at += 1) {
    const sign = line[at] ?? ''
    if (inside && sign === QUOTE && line[at + 1] === QUOTE) {
      cell += QUOTE
      at += 1
    } else if (sign === QUOTE && (inside || cell.trim() === '')) inside = !inside
    else if (sign === delimiter && !inside) {
      cells.push(cell)
      cell = ''
    } else cell += sign
  }
  return [...cells, cell]
}
