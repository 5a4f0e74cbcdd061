import { cellsOf, type Delimiter } from './cells.ts'

/** What a column of the SRI's reports holds, as far as anybody here asks. */
export type Field =
  | 'kind'
  | 'number'
  | 'issuer-ruc'
  | 'issuer-name'
  | 'issued-on'
  | 'recipient'
  | 'key'
  | 'total'
  | 'other'

/**
 * The four reports: A of about 2018 to 2020, whose records take two lines; B; C, the one of today; D
 * of issued receipts, whose columns vary.
 */
export type LayoutName = 'A' | 'B' | 'C' | 'D'

export interface Layout {
  readonly name: LayoutName
  readonly delimiter: Delimiter
  /** Column by column, as the header has them. */
  readonly fields: readonly Field[]
}

const NAMES: ReadonlyMap<string, Field> = new Map([
  ['COMPROBANTE', 'kind'],
  ['TIPO_COMPROBANTE', 'kind'],
  ['TIPO_DE_COMPROBANTE', 'kind'],
  ['SERIE_COMPROBANTE', 'number'],
  ['SERIE', 'number'],
  ['NUMERO', 'number'],
  ['NUMERO_COMPROBANTE', 'number'],
  ['NUMERO_DE_COMPROBANTE', 'number'],
  ['RUC_EMISOR', 'issuer-ruc'],
  ['RAZON_SOCIAL_EMISOR', 'issuer-name'],
  ['RAZON_SOCIAL', 'other'],
  ['RAZON_SOCIAL_RECEPTOR', 'other'],
  ['FECHA_EMISION', 'issued-on'],
  ['FECHA_AUTORIZACION', 'other'],
  ['TIPO_EMISION', 'other'],
  ['IDENTIFICACION_RECEPTOR', 'recipient'],
  ['CLAVE_ACCESO', 'key'],
  ['CLAVE_DE_ACCESO', 'key'],
  ['NUMERO_AUTORIZACION', 'other'],
  ['NUMERO_DOCUMENTO_MODIFICADO', 'other'],
  ['VALOR_SIN_IMPUESTOS', 'other'],
  ['IVA', 'other'],
  ['IMPORTE_TOTAL', 'total'],
  ['VALOR_TOTAL', 'total'],
])
const DELIMITERS: readonly Delimiter[] = ['\t', ';', ',']
/** Fewer known names are no header of a report. */
const NAMES_MIN = 3

/** Reads the line that names the columns; null when it is no header of a report. */
export function readLayout(line: string): Layout | null {
  const tries = DELIMITERS.map((delimiter) => {
    const names = cellsOf(line, delimiter).map(plainName)
    return { delimiter, names: withoutEnd(names) }
  })
  const known = (names: readonly string[]) => names.filter((name) => NAMES.has(name)).length
  const best = tries.reduce((one, two) => (known(two.names) > known(one.names) ? two : one))
  if (known(best.names) < NAMES_MIN || !best.names.some((name) => NAMES.get(name) === 'key')) {
    return null
  }
  const fields = best.names.map((name) => NAMES.get(name) ?? 'other')
  return { name: nameOf(new Set(best.names)), delimiter: best.delimiter, fields }
}

/** The second line of a header of A, and titles such as `clave de acceso` over a column. */
export function isTitle(line: string): boolean {
  if (/^sep=[;,\t]$/i.test(line.trim())) return true
  return !/\d/.test(line) && /clave|n[uú]mero|comprobante|serie|importe|documento/i.test(line)
}

function nameOf(names: ReadonlySet<string>): LayoutName {
  if (names.has('VALOR_SIN_IMPUESTOS') || names.has('TIPO_COMPROBANTE')) return 'C'
  if (!names.has('NUMERO_AUTORIZACION') || !names.has('RUC_EMISOR')) return 'D'
  return names.has('NUMERO_DOCUMENTO_MODIFICADO') ? 'B' : 'A'
}

/** `Razón social emisor` and `RAZON_SOCIAL_EMISOR` are one name. */
function plainName(cell: string): string {
  const bare = cell.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase()
  return bare.trim().replaceAll(/[\s.]+/g, '_')
}

function withoutEnd(names: readonly string[]): string[] {
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1)
}
