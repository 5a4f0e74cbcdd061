import { readCustomer } from '../../../identity/parties/add-customer.ts'
import type { NamedPerson } from '../../../identity/parties/party-store.ts'
import { normalName } from '../../../intake/rows/tables/header.ts'
import { openTable } from '../../../intake/rows/tables/open-table.ts'
import { TableRefused } from '../../../intake/rows/tables/refusal.ts'
import type { RawRow } from '../../../intake/rows/tables/table.ts'
import { plainCell } from '../../../intake/rows/tables/table.ts'

/** A customer as a row of the file has them. */
export interface CustomerRow {
  person: NamedPerson
  email: string | null
}

/** What is wrong with a row, and where. */
export interface RowFault {
  /** As spreadsheets count them: the first is 1. */
  row: number
  column: 'Identificación' | 'Nombre' | 'Correo'
  value: string
  reason: string
}

type ReadCustomers =
  | { ok: true; rows: CustomerRow[]; faults: RowFault[] }
  | { ok: false; sentence: string }

const ROWS_MAX = 10_000
const VALUE_MAX = 60

const TOO_MANY = 'Son más de 10.000 filas. Divide el archivo y súbelo por partes.'
const NO_ROWS = 'El archivo no trae ningún cliente. Revisa cuál elegiste y súbelo otra vez.'
const NO_NAMES =
  'La primera fila debe decir qué trae cada columna: identificacion, nombre y correo, una vez cada una.'

const NAMES = ['identificacion', 'nombre', 'correo'] as const
const COLUMNS = {
  'bad-number': 'Identificación',
  'bad-name': 'Nombre',
  'bad-email': 'Correo',
  'has-login': 'Identificación',
} as const

/**
 * Customers of a CSV file or the first sheet of a workbook, whose first row names the columns. What
 * cannot be a customer is a fault; nothing that a file holds makes it throw.
 *
 * @param path of a file of ours
 */
export async function readCustomers(path: string): Promise<ReadCustomers> {
  const reading = new Reading()
  try {
    for await (const rows of openTable(path, new Set(NAMES))) {
      for (const row of rows) {
        const sentence = reading.add(row)
        if (sentence !== null) return { ok: false, sentence }
      }
    }
  } catch (error) {
    if (!(error instanceof TableRefused)) throw error
    return { ok: false, sentence: error.refusal.message }
  }
  const { rows, faults } = reading
  if (rows.length + faults.length === 0) return { ok: false, sentence: NO_ROWS }
  return { ok: true, rows, faults }
}

class Reading {
  readonly rows: CustomerRow[] = []
  readonly faults: RowFault[] = []
  /** Where each of the names stands; null before the first row. */
  #places: number[] | null = null
  #count = 0
  readonly #rowOf = new Map<string, number>()

  /** Answers why the whole file cannot be taken, or null. */
  add({ row, cells: raw, trouble }: RawRow): string | null {
    const all = raw.map((cell) => plainCell(cell).trim())
    if (all.every((cell) => cell === '')) return null
    if (this.#places === null) {
      const names = all.map(normalName)
      this.#places = NAMES.map((name) => names.indexOf(name))
      const once = NAMES.every((name) => names.filter((one) => one === name).length === 1)
      return once ? null : NO_NAMES
    }
    this.#count += 1
    if (this.#count > ROWS_MAX) return TOO_MANY
    const [number = '', name = '', email = ''] = this.#places.map((place) => all[place] ?? '')
    if (trouble) this.#complain(row, 'Identificación', number, trouble.complaint.message)
    else this.#read(row, { number, name, email })
    return null
  }

  #read(row: number, typed: Record<'number' | 'name' | 'email', string>): void {
    const read = readCustomer(typed)
    if (!read.ok) {
      const column = COLUMNS[read.refusal]
      const { number, name, email } = typed
      const value = { Identificación: number, Nombre: name, Correo: email }[column]
      this.#complain(row, column, value, read.message)
      return
    }
    const main = read.person.numbers[0]?.number ?? ''
    const before = this.#rowOf.get(main)
    if (before) {
      this.#complain(row, 'Identificación', typed.number, `ya está en la fila ${before}.`)
      return
    }
    this.#rowOf.set(main, row)
    this.rows.push({ person: read.person, email: read.email })
  }

  #complain(row: number, column: RowFault['column'], value: string, reason: string): void {
    this.faults.push({ row, column, value: value.slice(0, VALUE_MAX), reason })
  }
}
