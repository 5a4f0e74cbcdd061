import { kindFacts } from '../../../sri/kinds.ts'
import { shown } from '../fault.ts'
import type { Template } from '../templates/column.ts'
import { templates } from '../templates/templates.ts'
import { TableRefused } from './refusal.ts'
import { CELLS_MAX } from './table.ts'

/** The column that the file of bad rows adds; what it says is not read. */
export const CURE_COLUMN = 'que_corregir'
const IGNORED = -1

/** `Fecha de Emisión ` and `fecha_de_emision` are one name. */
export function normalName(cell: string): string {
  const bare = cell.trim().toLowerCase().normalize('NFD')
  return bare.replaceAll(/\p{M}/gu, '').replaceAll(/[\s.-]+/g, '_')
}

/** Names that a file of the template may have in its first row. */
export function namesOf(template: Template): ReadonlySet<string> {
  return new Set([...template.places.keys(), CURE_COLUMN])
}

/** What the first row says of all others. */
export interface Header {
  /** Where each column of the file stands in the template; −1 where it does not count. */
  readonly places: readonly number[]
  /** How many cells it has, empty ones behind the last name too. */
  readonly width: number
}

/**
 * Reads the names of the columns. Optional columns may be left out; a name that is unknown, missing
 * or there twice is refused, because what stands below it would be lost without a word.
 */
export function readHeader(cells: readonly string[], template: Template): Header {
  const trimmed = cells.slice(0, cells.findLastIndex((cell) => cell.trim() !== '') + 1)
  if (trimmed.length >= CELLS_MAX) throw new TableRefused('too-many-columns')
  const names = trimmed.map(normalName)
  const known = namesOf(template)
  if (!names.some((name) => known.has(name))) throw new TableRefused('no-names')
  refuseOther(names, template)
  for (const [at, name] of names.entries()) {
    const column = shown(cells[at] ?? '')
    if (name === '') throw new TableRefused('column-unnamed', { column: String(at + 1) })
    if (!known.has(name)) {
      const meant = nearest(name, [...known])
      throw new TableRefused('column-unknown', { column, ...(meant ? { names: meant } : {}) })
    }
    if (names.indexOf(name) !== at) throw new TableRefused('column-twice', { column: name })
  }
  refuseMissing(names, template)
  return { places: names.map((name) => template.places.get(name) ?? IGNORED), width: cells.length }
}

/** The columns of another kind of document, all of them. */
function refuseOther(names: readonly string[], template: Template): void {
  const fits = (one: Template) => {
    const known = namesOf(one)
    return names.every((name) => known.has(name)) && missingIn(names, one).length === 0
  }
  if (fits(template)) return
  const other = templates.find(fits)
  if (other === undefined) return
  const { plural } = kindFacts(other.kind)
  throw new TableRefused('other-kind', { names: plural.toLowerCase() })
}

function missingIn(names: readonly string[], { columns }: Template): string[] {
  return columns
    .filter(({ name, required }) => required && !names.includes(name))
    .map(({ name }) => `«${name}»`)
}

function refuseMissing(names: readonly string[], template: Template): void {
  const missing = missingIn(names, template)
  if (missing.length === 0) return
  const said = missing.length === 1 ? 'Falta la columna' : 'Faltan las columnas'
  const list =
    missing.length === 1 ? missing[0] : `${missing.slice(0, -1).join(', ')} y ${missing.at(-1)}`
  throw new TableRefused('column-missing', { names: `${said} ${list}` })
}

/** The known name that differs in a letter or two. */
function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 40) return undefined
  return known.find(
    (one) => one.startsWith(name) || name.startsWith(one) || distance(name, one) <= 2,
  )
}

/** Letters to change, add or take away (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[other.length] ?? 0
}
