import type { DocumentKind } from '../../../sri/kinds.ts'

/** What may stand in a cell; blanks around it never count. */
export type CellRule =
  | { readonly is: 'text'; readonly max: number }
  | { readonly is: 'digits'; readonly length: number }
  | { readonly is: 'date' }
  /** Up to twelve digits and so many decimals, never below zero. */
  | { readonly is: 'number'; readonly places: number; readonly positive: boolean }
  | { readonly is: 'percentage' }
  | { readonly is: 'choice'; readonly codes: ReadonlyMap<string, string> }
  | { readonly is: 'vat-rate' }
  /** A number whose type stands in another column of the row. */
  | { readonly is: 'identification'; readonly type: string }
  | { readonly is: 'ruc' }
  | { readonly is: 'email' }
  | { readonly is: 'document-number' }
  | { readonly is: 'authorization' }
  | { readonly is: 'pairs' }

/**
 * Where a column counts. All lines of a receipt, or of one of its parts (a recipient, a supporting
 * document), say the same there; a line that leaves a column of its receipt empty means the first's.
 */
export type Scope = 'receipt' | 'part' | 'line'

export interface Column {
  /** The name in the first row of a file. */
  readonly name: string
  /** What screens call it. */
  readonly title: string
  readonly meaning: string
  readonly scope: Scope
  readonly required: boolean
  readonly rule: CellRule
}

/** How the rows of one kind of document are written down: what they may say, and an example. */
export interface Template {
  readonly kind: DocumentKind
  readonly columns: readonly Column[]
  /** The columns that tell the parts of a receipt apart, where it has parts. */
  readonly partKey: readonly string[]
  /** Rows that load as they are. */
  readonly examples: readonly Readonly<Record<string, string>>[]
  /** Where each column stands. */
  readonly places: ReadonlyMap<string, number>
}

export function template(
  facts: Pick<Template, 'kind' | 'columns' | 'examples'> & Partial<Pick<Template, 'partKey'>>,
): Template {
  const places = new Map(facts.columns.map(({ name }, at) => [name, at]))
  return { partKey: [], ...facts, places }
}

type Declared = Omit<Column, 'scope' | 'required'>

/** Said once for the whole receipt. */
export const once = (column: Declared): Column => ({ ...column, scope: 'receipt', required: true })

/** Said once for each part of the receipt. */
export const perPart = (column: Declared): Column => ({ ...column, scope: 'part', required: true })

export const perLine = (column: Declared): Column => ({ ...column, scope: 'line', required: true })

export const optional = (column: Column): Column => ({ ...column, required: false })

/** What a cell may hold, for the list of columns on the screen. */
export function formOf(rule: CellRule): string {
  switch (rule.is) {
    case 'text':
      return `Texto de hasta ${rule.max} letras, en una línea`
    case 'digits':
      return `${rule.length} dígitos, con sus ceros`
    case 'date':
      return 'Fecha: día/mes/año'
    case 'number':
      return rule.places === 0
        ? 'Número entero, sin separar los miles'
        : `Número con coma decimal, hasta ${rule.places} decimales, sin separar los miles`
    case 'percentage':
      return 'Porcentaje, de 0 a 100'
    case 'choice':
      return 'Código de la tabla'
    case 'vat-rate':
      return 'Código de la tarifa de IVA'
    case 'identification':
      return 'Número de identificación, con sus ceros'
    case 'ruc':
      return 'RUC de 13 dígitos, con sus ceros'
    case 'email':
      return 'Un solo correo'
    case 'document-number':
      return 'Número como 001-002-000000123'
    case 'authorization':
      return 'De 10 a 49 dígitos'
    case 'pairs':
      return '«Nombre: valor», separados por «|»'
  }
}
