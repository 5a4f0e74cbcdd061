import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { kindOfSlug } from '../../sri/kinds.ts'
import { type CheckOptions, checkReceipt } from '../rows/check-receipt.ts'
import type { Fault } from '../rows/fault.ts'
import type { Column } from '../rows/templates/column.ts'
import { templateOf } from '../rows/templates/templates.ts'
import type { Emission } from './emission-schema.ts'

/** Something to mend, and where: in which line, from 1; null is the receipt itself. */
export interface EmissionFault {
  readonly linea: number | null
  readonly campo: string | null
  readonly valor: string
  readonly codigo: string
  readonly mensaje: string
}

export type ReadEmission =
  | {
      readonly ok: true
      readonly kind: DocumentKind
      readonly reference: string
      readonly draft: ReceiptDraft
    }
  | { readonly ok: false; readonly faults: readonly EmissionFault[] }

/** From a person it might be thousands, and would be asked; a zero more says that it is not. */
const THREE_PLACES = /^\d+\.\d{3}$/

/**
 * Reads a receipt that a program wants issued, and judges it by the very rules of the templates.
 *
 * @param emission that `EmissionSchema` has let in
 */
export function readEmission(emission: Emission, options: CheckOptions): ReadEmission {
  const facts = kindOfSlug(emission.tipo)
  if (facts === null) throw new RangeError(`No kind of receipt: ${emission.tipo}`)
  const { columns } = templateOf(facts.kind)
  const rows = emission.lineas.map((line, at) => ({
    row: at + 1,
    cells: columns.map((column) => cellOf(column, at, emission, line)),
  }))
  const { draft, faults } = checkReceipt(facts.kind, rows, options)
  if (draft === null) {
    const scopes = new Map(columns.map(({ name, scope }) => [name, scope]))
    return { ok: false, faults: faults.map((fault) => toldOf(fault, scopes)) }
  }
  return { ok: true, kind: facts.kind, reference: String(emission['referencia']).trim(), draft }
}

/** What stands once for the receipt is told in its first line, as the templates have it. */
function cellOf(
  { name, scope, rule }: Column,
  at: number,
  emission: Emission,
  line: Readonly<Record<string, string>>,
): string {
  if (scope === 'receipt' && at > 0) return ''
  const value = scope === 'receipt' ? emission[name] : line[name]
  if (typeof value !== 'string') return ''
  if (rule.is !== 'number') return value
  return THREE_PLACES.test(value) ? `${value}0` : value
}

function toldOf(
  { row, column, value, code, message }: Fault,
  scopes: ReadonlyMap<string, Column['scope']>,
): EmissionFault {
  const ofReceipt = column === null || scopes.get(column) === 'receipt'
  return {
    linea: ofReceipt ? null : row,
    campo: column,
    valor: value,
    codigo: code,
    mensaje: message,
  }
}
