import { Readable } from 'node:stream'
import { formBook } from '../annexes/form-book.ts'
import { withheldBook } from '../annexes/withholding-book.ts'
import { zipOfAts } from '../annexes/zip-ats.ts'
import type { ExportSource } from '../facts/receipt-facts.ts'
import { journal } from '../ledgers/journal.ts'
import type { Ledger } from '../ledgers/ledger.ts'
import { vendorBills } from '../ledgers/vendor-bills.ts'
import { withholdingLedger } from '../ledgers/withholding-ledger.ts'
import { zipOfLedger } from '../ledgers/zip-ledger.ts'
import { lineTable } from './line-table.ts'
import { receiptTable } from './receipt-columns.ts'
import { sriTxt } from './sri-txt.ts'
import { type Table, tableCsv, tableXlsx } from './table.ts'
import { taxTable } from './tax-table.ts'

/** A file that receipts can be exported as. */
export interface ExportFormat {
  readonly slug: string
  readonly group: 'tablas' | 'declaraciones' | 'programas'
  readonly name: string
  readonly says: string
  readonly extension: 'xlsx' | 'csv' | 'txt' | 'zip'
  readonly write: (source: ExportSource) => Readable
}

const TYPES = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=iso-8859-1',
  zip: 'application/zip',
} as const

export function typeOf({ extension }: ExportFormat): string {
  return TYPES[extension]
}

/** Every format, as the page offers them. */
export const exportFormats: readonly ExportFormat[] = [
  ...bothOf(
    'filas',
    'Comprobantes',
    'Una fila por comprobante, con sus bases, impuestos y claves.',
    receiptTable,
  ),
  ...bothOf(
    'detalles',
    'Detalles',
    'Una fila por cada bien o servicio de cada comprobante.',
    lineTable,
  ),
  ...bothOf('impuestos', 'Impuestos', 'Una fila por impuesto cobrado o retenido.', taxTable),
  {
    slug: 'sri.txt',
    group: 'tablas',
    name: 'Reporte con la forma del SRI',
    says: 'Las mismas columnas y codificación que el reporte de recibidos: para macros y programas que lo leen.',
    extension: 'txt',
    write: (source) => Readable.from(sriTxt(source.all()), { objectMode: false }),
  },
  {
    slug: 'retenciones.xlsx',
    group: 'declaraciones',
    name: 'Resumen de retenciones',
    says: 'Lo retenido por mes, código y porcentaje, con cuántos comprobantes.',
    extension: 'xlsx',
    write: (source) => withheldBook(source.all()),
  },
  {
    slug: 'formularios.xlsx',
    group: 'declaraciones',
    name: 'Totales para los formularios 103 y 104',
    says: 'Sumas por casilla y mes. Lo que no está confirmado lo dice en su fila.',
    extension: 'xlsx',
    write: (source) => formBook(source.all()),
  },
  {
    slug: 'ats.zip',
    group: 'declaraciones',
    name: 'Fragmentos del ATS',
    says: 'Un XML por contribuyente y mes con sus compras y las retenciones que le hicieron, y un LEEME con lo que hay que revisar.',
    extension: 'zip',
    write: (source) => zipOfAts(source.months()),
  },
  ledgerFormat(journal),
  ledgerFormat(vendorBills),
  ledgerFormat(withholdingLedger),
]

export function findFormat(slug: string): ExportFormat | null {
  return exportFormats.find((format) => format.slug === slug) ?? null
}

function bothOf<Row>(
  slug: string,
  name: string,
  says: string,
  table: Table<Row>,
): readonly ExportFormat[] {
  const common = { group: 'tablas', says } as const
  return [
    {
      ...common,
      slug: `${slug}.xlsx`,
      name: `${name}, Excel`,
      extension: 'xlsx',
      write: (source) => tableXlsx(table, source.all()),
    },
    {
      ...common,
      slug: `${slug}.csv`,
      name: `${name}, CSV`,
      extension: 'csv',
      write: (source) => Readable.from(tableCsv(table, source.all()), { objectMode: false }),
    },
  ]
}

function ledgerFormat<Row>(ledger: Ledger<Row>): ExportFormat {
  const { slug, name, says } = ledger
  return {
    slug: `${slug}.zip`,
    group: 'programas',
    name,
    says,
    extension: 'zip',
    write: (source) => zipOfLedger(ledger, source.all()),
  }
}
