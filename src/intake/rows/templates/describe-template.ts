import { kindFacts } from '../../../sri/kinds.ts'
import { chargeableRates } from '../cells/read-cell.ts'
import { type CellRule, type Column, formOf, type Template } from './column.ts'

/** A column as people are told of it. */
interface DescribedColumn
  extends Pick<Column, 'name' | 'title' | 'meaning' | 'scope' | 'required'> {
  /** What may stand in it. */
  readonly form: string
  /** Code and label, where a table says which codes there are. */
  readonly codes: readonly (readonly [code: string, label: string])[]
  readonly example: string
}

export interface DescribedTemplate {
  readonly title: string
  readonly columns: readonly DescribedColumn[]
}

/** What a screen, and the second sheet of the workbook, say of a template. */
export function describeTemplate({ kind, columns, examples }: Template): DescribedTemplate {
  const described = columns.map(({ name, title, meaning, scope, required, rule }) => {
    const example = examples.map((row) => row[name] ?? '').find((cell) => cell !== '') ?? ''
    return {
      name,
      title,
      meaning,
      scope,
      required,
      form: formOf(rule),
      codes: codesOf(rule),
      example,
    }
  })
  return { title: kindFacts(kind).plural, columns: described }
}

function codesOf(rule: CellRule): (readonly [string, string])[] {
  if (rule.is === 'choice') return [...rule.codes]
  return rule.is === 'vat-rate' ? chargeableRates.map(({ code, label }) => [code, label]) : []
}
