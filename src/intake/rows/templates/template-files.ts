import type { Readable } from 'node:stream'
import type { DocumentKind } from '../../../sri/kinds.ts'
import { csvHeadOf, csvLineOf } from '../../../values/tables/csv.ts'
import { writeXlsx } from '../../../values/tables/xlsx.ts'
import { csvCell } from '../csv-cell.ts'
import type { Template } from './column.ts'
import { describeTemplate } from './describe-template.ts'
import { issuer } from './parts.ts'
import { templateOf } from './templates.ts'

/**
 * The template as CSV, with rows that load as they are: a byte order mark and semicolons, so that
 * Excel in Ecuador opens it in columns, accents and zeros kept.
 *
 * @param issuerRuc whom they name as issuer, where there are several
 */
export function templateCsv(kind: DocumentKind, issuerRuc = ''): string {
  const template = templateOf(kind)
  const lines = exampleRows(template, issuerRuc).map((cells) => csvLineOf(cells.map(csvCell)))
  return csvHeadOf([...template.places.keys()]) + lines.join('')
}

/** The template as a workbook: columns of text with rows that load, and a sheet that explains them. */
export function templateXlsx(kind: DocumentKind, issuerRuc = ''): Readable {
  const template = templateOf(kind)
  const rows = [[...template.places.keys()], ...exampleRows(template, issuerRuc)]
  const explanation = explained(template)
  return writeXlsx([
    { name: 'Filas', rows, widths: widthsOf(rows) },
    { name: 'Columnas', rows: explanation, widths: widthsOf(explanation) },
  ])
}

/** Room for the longest text of each column, within reason. */
function widthsOf([head = [], ...rows]: readonly (readonly string[])[]): number[] {
  return head.map((name, at) => {
    const longest = Math.max(name.length, ...rows.map((cells) => cells[at]?.length ?? 0))
    return Math.min(WIDTH_MAX, longest + 2)
  })
}

const WIDTH_MAX = 60

function exampleRows({ columns, examples }: Template, issuerRuc: string): string[][] {
  return examples.map((row) =>
    columns.map(({ name }) => row[name] ?? (name === issuer.name ? issuerRuc : '')),
  )
}

const SCOPES = {
  receipt: 'Igual en todo el comprobante',
  part: 'Igual en todo el destinatario o sustento',
  line: 'De cada línea',
} as const

function explained(template: Template): string[][] {
  const head = ['Columna', 'Obligatoria', 'Alcance', 'Qué es', 'Forma', 'Códigos', 'Ejemplo']
  const rows = describeTemplate(template).columns.map((column) => [
    column.name,
    column.required ? 'Sí' : 'No',
    SCOPES[column.scope],
    column.meaning,
    column.form,
    column.codes.map(([code, label]) => `${code} ${label}`).join('; '),
    column.example,
  ])
  return [head, ...rows]
}
