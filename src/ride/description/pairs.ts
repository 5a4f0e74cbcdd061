import type { Block, Column, Pair, Row } from '../sheet.ts'

/** The pairs that say something; an empty value is left out with its label. */
export function present(entries: readonly (readonly [string, string])[]): readonly Pair[] {
  const pairs: Pair[] = []
  for (const [label, value] of entries) if (value !== '') pairs.push({ label, value })
  return pairs
}

/** A column of a table as its describers think of it; `optional` ones vanish when all are empty. */
interface ColumnOf<Item> {
  readonly label: string
  readonly align?: 'end'
  readonly grow?: number
  readonly optional?: true
  /** Carries the notes of the row; exactly one column does. */
  readonly main?: true
  readonly cell: (item: Item) => string
}

/** Lays the items out under their columns, dropping optional columns that nobody fills. */
export function tableOf<Item>(
  title: string,
  items: readonly Item[],
  columns: readonly ColumnOf<Item>[],
  notesOf?: (item: Item) => readonly string[],
): Block {
  const filled = columns
    .map((column) => ({ column, cells: items.map(column.cell) }))
    .filter(({ column, cells }) => column.optional !== true || cells.some((cell) => cell !== ''))
  const printed: Column[] = filled.map(({ column }) => ({
    label: column.label,
    align: column.align ?? 'start',
    grow: column.grow ?? 0,
  }))
  const rows: Row[] = items.map((item, index) => ({
    cells: filled.map(({ cells }) => cells[index] ?? ''),
    notes: notesOf?.(item) ?? [],
  }))
  const main = Math.max(
    0,
    filled.findIndex(({ column }) => column.main === true),
  )
  return { title, pairs: [], table: { columns: printed, main, rows } }
}

/** A part of the sheet with pairs only. */
export function pairsBlock(title: string, entries: readonly (readonly [string, string])[]): Block {
  return { title, pairs: present(entries), table: null }
}

/** The parts that hold anything at all. */
export function filledBlocks(blocks: readonly Block[]): readonly Block[] {
  return blocks.filter(({ pairs, table }) => pairs.length > 0 || (table?.rows.length ?? 0) > 0)
}
