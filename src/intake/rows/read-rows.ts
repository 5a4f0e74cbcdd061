import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { type CheckOptions, checkReceipt, LINES_MAX } from './check-receipt.ts'
import type { SheetRow } from './drafts/line.ts'
import { type Complaint, complain, type Fault, shown } from './fault.ts'
import { type Header, namesOf, readHeader } from './tables/header.ts'
import { openTable } from './tables/open-table.ts'
import { type TableRefusal, TableRefused } from './tables/refusal.ts'
import { plainCell, type RawRow } from './tables/table.ts'
import type { Column, Template } from './templates/column.ts'
import { templateOf } from './templates/templates.ts'

/** A receipt of a file: good when it has a draft, and then without a fault. */
export interface ReceiptInRows {
  /** The bank's own name of it; empty when the row has none. */
  readonly reference: string
  /** As received, their cells in the order of the template: to be shown and mended. */
  readonly rows: readonly SheetRow[]
  readonly draft: ReceiptDraft | null
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
}

/** Up to a thousand receipts in the order of the file, or why it cannot be taken at all. */
export type RowsBatch =
  | { readonly ok: true; readonly receipts: readonly ReceiptInRows[] }
  | { readonly ok: false; readonly refusal: TableRefusal }

const BATCH_RECEIPTS = 1_000

/**
 * Reads and judges a file of rows, a CSV or the first sheet of a workbook. Rows that follow each
 * other under one reference are one receipt. Memory does not grow with the file but for its
 * references, by which a receipt that comes twice is known.
 *
 * Nothing a file holds makes it throw. A refusal is the last batch and means the whole file, also
 * when others came before it: after an unclosed quote nobody knows where a row begins.
 *
 * @param path of a file of ours; that it cannot be opened is an exception
 */
export async function* readRows(
  path: string,
  kind: DocumentKind,
  options: CheckOptions,
): AsyncGenerator<RowsBatch, void, undefined> {
  const template = templateOf(kind)
  const reading = new Reading(kind, template, options)
  try {
    for await (const rows of openTable(path, namesOf(template))) {
      for (const row of rows) reading.add(row)
      yield* reading.take(BATCH_RECEIPTS)
    }
    reading.finish()
    yield* reading.take(1)
  } catch (error) {
    if (!(error instanceof TableRefused)) throw error
    yield { ok: false, refusal: error.refusal }
  }
}

/** What is wrong with how a row is written, besides what its cells say. */
interface Trouble {
  readonly row: number
  readonly column: string | null
  readonly complaint: Complaint
}

class Reading {
  readonly #kind: DocumentKind
  readonly #template: Template
  readonly #options: CheckOptions
  /** What the first row says, once it has been read. */
  #header: Header | null = null
  #reference = ''
  #rows: SheetRow[] = []
  #troubles: Trouble[] = []
  /** The first row of each reference. */
  readonly #seen = new Map<string, number>()
  #ready: ReceiptInRows[] = []
  #count = 0

  constructor(kind: DocumentKind, template: Template, options: CheckOptions) {
    this.#kind = kind
    this.#template = template
    this.#options = options
  }

  add(raw: RawRow): void {
    if (this.#header === null) {
      this.#header = readHeader(raw.cells.map(plainCell), this.#template)
      return
    }
    const cells = this.#inOrder(raw.cells, this.#header.places)
    const reference = (cells[0] ?? '').trim()
    const same = reference === this.#reference && reference !== ''
    if (!same || this.#rows.length > LINES_MAX) this.#close()
    this.#reference = reference
    this.#rows.push({ row: raw.row, cells })
    this.#noteTroubles(raw, this.#header)
  }

  finish(): void {
    this.#close()
    if (this.#header === null) throw new TableRefused('empty')
    if (this.#count === 0) throw new TableRefused('no-rows')
  }

  /** Full batches; with 1, whatever there is. */
  *take(atLeast: number): Generator<RowsBatch> {
    while (this.#ready.length >= atLeast) {
      yield { ok: true, receipts: this.#ready.splice(0, BATCH_RECEIPTS) }
    }
  }

  #inOrder(raw: readonly string[], places: readonly number[]): string[] {
    const cells: string[] = new Array(this.#template.columns.length).fill('')
    for (let at = 0; at < places.length; at += 1) {
      const place = places[at] ?? -1
      if (place !== -1) cells[place] = plainCell(raw[at] ?? '')
    }
    return cells
  }

  #noteTroubles({ row, cells, trouble }: RawRow, { places, width }: Header): void {
    const { columns } = this.#template
    if (trouble !== undefined) {
      const column = columns[places[trouble.cell ?? -1] ?? -1]?.name ?? null
      this.#troubles.push({ row, column, complaint: trouble.complaint })
    }
    const short = places.slice(cells.length).find((place) => isNeeded(columns[place]))
    if (short !== undefined) {
      const complaint = complain('row-short', { expected: `«${columns[short]?.name}»` })
      this.#troubles.push({ row, column: null, complaint })
    }
    const used = cells.findLastIndex((cell) => cell.trim() !== '') + 1
    if (used > places.length || cells.length > width) {
      const expected = `${Math.max(used, cells.length)} columnas y la primera ${places.length}`
      this.#troubles.push({ row, column: null, complaint: complain('row-long', { expected }) })
    }
  }

  #close(): void {
    const rows = this.#rows
    const first = rows[0]
    if (first === undefined) return
    const checked = checkReceipt(this.#kind, rows, this.#options)
    const faults = [...this.#repetition(first), ...this.#withTroubles(rows, checked.faults)]
    this.#count += 1
    this.#ready.push({
      ...checked,
      reference: this.#reference,
      rows,
      draft: faults.length === 0 ? checked.draft : null,
      faults,
    })
    this.#rows = []
    this.#troubles = []
  }

  /**
   * What a row lacks because it ends too early, or was never computed, is said once; of a row whose
   * cells have slipped aside, nothing else is worth saying.
   */
  #withTroubles(rows: readonly SheetRow[], faults: readonly Fault[]): readonly Fault[] {
    if (this.#troubles.length === 0) return faults
    const said = (fault: Fault): boolean =>
      this.#troubles.some(({ row, column, complaint }) => {
        if (row !== fault.row) return false
        const lacking = column === fault.column || complaint.code === 'row-short'
        return complaint.code === 'row-long' || (lacking && fault.code === 'missing')
      })
    const troubles = this.#troubles.map(({ row, column, complaint }) => {
      const place = column === null ? undefined : this.#template.places.get(column)
      const cells = rows.find((one) => one.row === row)?.cells ?? []
      return { row, column, value: shown(cells[place ?? -1] ?? ''), ...complaint }
    })
    return [...troubles, ...faults.filter((fault) => !said(fault))]
  }

  /** A reference that comes again, not next to itself, would make the receipt twice. */
  #repetition({ row }: SheetRow): Fault[] {
    const reference = this.#reference
    if (reference === '') return []
    const earlier = this.#seen.get(reference)
    if (earlier === undefined) {
      // A copy of its own: a slice would keep the text of the file it was cut from.
      this.#seen.set(`${reference} `.slice(0, -1), row)
      return []
    }
    const complaint = complain('repeated-reference', { row: earlier })
    return [{ row, column: 'referencia', value: shown(reference), ...complaint }]
  }
}

function isNeeded(column: Column | undefined): boolean {
  return column?.required === true && column.scope === 'line'
}
