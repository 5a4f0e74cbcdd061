import type { TObject } from 'typebox'
import Type from 'typebox'
import type { DocumentKind } from '../../sri/kinds.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { LINES_MAX } from '../rows/check-receipt.ts'
import type { CellRule, Column } from '../rows/templates/column.ts'
import { templateOf, templates } from '../rows/templates/templates.ts'

/** What a program sends: the words of the templates, once for the receipt and once for each line. */
export interface Emission {
  readonly tipo: string
  readonly lineas: readonly Readonly<Record<string, string>>[]
  readonly [field: string]: string | Emission['lineas']
}

/** Longer than any field of a document; what is wrong below it is said field by field. */
const TEXT_MAX = 2_000

/** What may be sent, kind by kind, for the description of the API and for the door itself. */
export const EmissionSchema = Type.Unsafe<Emission>(
  Type.Union(templates.map(({ kind }) => schemaOf(kind))),
)

function schemaOf(kind: DocumentKind): TObject {
  const { columns } = templateOf(kind)
  const of = (scopes: readonly Column['scope'][]) =>
    Object.fromEntries(
      columns
        .filter(({ scope }) => scopes.includes(scope))
        .map((column) => [column.name, fieldOf(column)]),
    )
  const line = Type.Object(of(['part', 'line']), { additionalProperties: false })
  return Type.Object(
    {
      tipo: Type.Literal(kindFacts(kind).slug),
      ...of(['receipt']),
      lineas: Type.Array(line, { minItems: 1, maxItems: LINES_MAX }),
    },
    { additionalProperties: false, title: kindFacts(kind).name },
  )
}

/**
 * Only the form of a text: whether it is there and what it says is judged with everything else, so
 * that a program hears of all its faults at once.
 */
function fieldOf({ title, meaning, required, rule }: Column) {
  const description = `${title}${required ? '' : ' (opcional)'}. ${meaning} ${formFor(rule)}`
  return Type.Optional(Type.String({ maxLength: TEXT_MAX, description }))
}

function formFor(rule: CellRule): string {
  switch (rule.is) {
    case 'date':
      return 'Como 2026-11-16.'
    case 'number':
      return `Un número como 12.50, con hasta ${rule.places} decimales.`
    case 'choice':
      return `Uno de: ${[...rule.codes].map(([code, label]) => `${code} (${label})`).join(', ')}.`
    case 'ruc':
      return '13 dígitos.'
    case 'digits':
      return `${rule.length} dígitos.`
    case 'text':
      return `Hasta ${rule.max} letras.`
    default:
      return ''
  }
}
