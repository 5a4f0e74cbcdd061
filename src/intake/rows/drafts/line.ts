import type { Day } from '../../../values/day.ts'
import type { Complaint, Fault } from '../fault.ts'
import { shown } from '../fault.ts'
import type { Template } from '../templates/column.ts'

/** One row of a file, its cells in the order of the template. */
export interface SheetRow {
  /** As the spreadsheet counts. */
  readonly row: number
  readonly cells: readonly string[]
  /** The file that it stands in, when that is not the one with which its lot began. */
  readonly file?: string
}

/** What became of a receipt's rows. */
export interface Findings {
  /** Any of them keeps the receipt from being issued. */
  readonly faults: Fault[]
  /** What deserves another look and holds nothing back. */
  readonly warnings: Fault[]
}

/** A row while it is judged: what it says, and what is to be said of it. */
export class Line {
  readonly source: SheetRow
  /** In the form that documents use; empty where nothing, or nothing usable, stands. */
  readonly values: string[]
  readonly #template: Template
  readonly #findings: Findings
  /** Made when it is needed: most rows are good. */
  #spoiled: Set<string | null> | null = null

  constructor(source: SheetRow, template: Template, findings: Findings) {
    this.source = source
    this.#template = template
    this.#findings = findings
    this.values = new Array(template.columns.length).fill('')
  }

  /** Whether something wrong was said of one of those columns; of any when none is named. */
  spoiled(...columns: readonly string[]): boolean {
    const spoiled = this.#spoiled
    if (spoiled === null) return false
    return columns.length === 0 || columns.some((column) => spoiled.has(column))
  }

  /** Whether its template knows that column. */
  has(column: string): boolean {
    return this.#template.places.has(column)
  }

  get(column: string): string {
    return this.values[this.#place(column)] ?? ''
  }

  day(column: string): Day {
    return this.get(column) as Day
  }

  complain(column: string | null, complaint: Complaint): void {
    this.#spoiled ??= new Set()
    this.#spoiled.add(column)
    this.#findings.faults.push(this.#fault(column, complaint))
  }

  warn(column: string, complaint: Complaint): void {
    this.#findings.warnings.push(this.#fault(column, complaint))
  }

  #fault(column: string | null, { code, message }: Complaint): Fault {
    const cell = column === null ? '' : (this.source.cells[this.#place(column)] ?? '')
    return { row: this.source.row, column, value: shown(cell), code, message }
  }

  #place(column: string): number {
    const place = this.#template.places.get(column)
    if (place === undefined) throw new Error(`No column ${column} in ${this.#template.kind}`)
    return place
  }
}
