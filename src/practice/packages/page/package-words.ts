import { daysPhrase } from '../../../receipts/search/search-words.ts'
import { kindFacts } from '../../../sri/kinds.ts'
import type { Day } from '../../../values/day.ts'
import { addDays, firstOfMonth } from '../../../values/day.ts'
import { filterOfQuery } from '../making/wanted.ts'
import type { Package, PackageContent, PackageFormat } from '../package.ts'
import { sharesOf } from '../scope.ts'

export const formatNames: Readonly<Record<PackageFormat, string>> = {
  ambos: 'PDF y XML',
  pdf: 'PDF',
  xml: 'XML',
  unido: 'Un solo PDF',
}

/** «PDF y XML, y un solo PDF con todos». */
export function formatWords({ format, alsoMerged }: PackageContent): string {
  return alsoMerged ? `${formatNames[format]}, y un solo PDF con todos` : formatNames[format]
}

const MONTHS = [
  'Enero',
  'Febrero',
  'Marzo',
  'Abril',
  'Mayo',
  'Junio',
  'Julio',
  'Agosto',
  'Septiembre',
  'Octubre',
  'Noviembre',
  'Diciembre',
]

/** «Octubre 2026» */
export function monthName(month: string): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1] ?? ''} ${month.slice(0, 4)}`
}

/** «Octubre 2026», «Retenciones, del 1 oct al 16 nov 2026»: what somebody knows a package by. */
export function packageTitle({ query, scope }: Pick<Package, 'query' | 'scope'>): string {
  const filter = filterOfQuery(query)
  const kinds = filter.kinds.map((kind) => kindFacts(kind).plural)
  const days = wholeMonth(filter.from, filter.to) ?? `comprobantes ${daysPhrase(filter)}`
  const of = kinds.length > 0 ? `${kinds.join(' y ')}, ${days.replace(/^comprobantes /, '')}` : days
  const taxpayers = sharesOf(scope).length
  const more = taxpayers > 1 ? `, ${taxpayers} contribuyentes` : ''
  return `${of.charAt(0).toUpperCase()}${of.slice(1)}${more}`
}

function wholeMonth(from: Day | null, to: Day | null): string | null {
  if (from === null || to === null || !from.endsWith('-01')) return null
  return addDays(firstOfMonth(from, 1), -1) === to ? monthName(from.slice(0, 7)) : null
}

/** Under which name a part is kept: `comprobantes_2026-10-01_2026-10-31_parte-1-de-3.zip`. */
export function fileName({ query, parts }: Package, n: number): string {
  const { from, to } = filterOfQuery(query)
  const days = [from, to].filter((day) => day !== null)
  const part = parts > 1 ? [`parte-${n}-de-${parts}`] : []
  return `${['comprobantes', ...days, ...part].join('_')}.zip`
}
