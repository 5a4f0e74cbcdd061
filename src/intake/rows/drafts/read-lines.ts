import { rucCheck } from '../../../values/tax-id.ts'
import { readCell } from '../cells/read-cell.ts'
import { complain } from '../fault.ts'
import type { Column, Template } from '../templates/column.ts'
import { type Findings, Line, type SheetRow } from './line.ts'

const RUC = '04'

/** Reads every cell of a receipt by its column, and holds its lines against each other. */
export function readLines(
  template: Template,
  rows: readonly SheetRow[],
  findings: Findings,
): Line[] {
  const lines: Line[] = []
  for (const row of rows) {
    const line = new Line(row, template, findings)
    for (const [place, column] of template.columns.entries()) {
      const first = column.scope === 'receipt' ? lines[0] : undefined
      if (first === undefined) readOwn(line, place, column)
      else readShared(line, first, place, column)
    }
    lines.push(line)
  }
  if (template.partKey.length > 0) {
    for (const part of partsOf(template, lines)) settlePart(template, part)
  }
  if (lines.length > 1) findRepeated(template, lines)
  return lines
}

/** The lines of each recipient or supporting document, in the order of the first of each. */
export function partsOf(template: Template, lines: readonly Line[]): Line[][] {
  if (lines.length === 1) return [[...lines]]
  const key = (line: Line) => template.partKey.map((column) => line.get(column)).join('\n')
  return [...Map.groupBy(lines, key).values()]
}

function textAt(line: Line, place: number): string {
  return (line.source.cells[place] ?? '').trim()
}

function readOwn(line: Line, place: number, column: Column): void {
  const text = textAt(line, place)
  if (text !== '') read(line, place, column, text)
  else if (column.required && column.scope !== 'part')
    line.complain(column.name, complain('missing'))
}

function read(line: Line, place: number, { name, rule }: Column, text: string): void {
  const value = readCell(rule, text, line)
  if (typeof value !== 'string') {
    line.complain(name, value)
    return
  }
  line.values[place] = value
  if (rule.is === 'identification' && line.get(rule.type) === RUC) {
    if (rucCheck(value) === 'unverified') line.warn(name, complain('ruc-check-digit'))
  }
}

/** Empty means the same as the first line; anything else has to be the same. */
function readShared(line: Line, first: Line, place: number, column: Column): void {
  const text = textAt(line, place)
  const own = textAt(first, place)
  if (text !== '' && text !== own) read(line, place, column, text)
  else line.values[place] = first.values[place] ?? ''
  const [value, expected] = [line.values[place], first.values[place]]
  if (text === '' || text === own || value === '' || value === expected) return
  // What is wrong with the first has been said; what it was meant to be, nobody knows.
  if (expected === '' && own !== '') return
  const facts = { row: first.source.row, value: own === '' ? 'vacío' : own }
  line.complain(column.name, complain('differs', facts))
}

function settlePart(template: Template, part: readonly Line[]): void {
  const [first, ...others] = part
  if (first === undefined) return
  for (const [place, column] of template.columns.entries()) {
    if (column.scope !== 'part') continue
    const keyed = template.partKey.includes(column.name)
    if (column.required && textAt(first, place) === '') {
      for (const line of keyed ? part : [first]) line.complain(column.name, complain('missing'))
    }
    if (keyed) continue
    for (const line of others) settleShared(line, first, place, column)
  }
}

function settleShared(line: Line, first: Line, place: number, column: Column): void {
  const [value, expected] = [line.values[place], first.values[place]]
  const text = textAt(line, place)
  if (text === '') line.values[place] = expected ?? ''
  else if (value !== '' && value !== expected && (expected !== '' || textAt(first, place) === '')) {
    const facts = { row: first.source.row, value: textAt(first, place) || 'vacío' }
    line.complain(column.name, complain('differs', facts))
  }
}

/** A row pasted twice charges twice. */
function findRepeated(template: Template, lines: readonly Line[]): void {
  const seen = new Map<string, number>()
  for (const line of lines) {
    const own = template.columns.map(({ scope }, place) =>
      scope === 'receipt' ? '' : (line.values[place] ?? ''),
    )
    const mark = own.join('\n')
    const row = seen.get(mark)
    if (row === undefined) seen.set(mark, line.source.row)
    else if (!line.spoiled()) line.complain(null, complain('repeated-line', { row }))
  }
}
