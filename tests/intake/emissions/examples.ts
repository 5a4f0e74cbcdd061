import type { Emission } from '#src/intake/emissions/emission-schema.ts'
import { templates } from '#src/intake/rows/templates/templates.ts'
import { type DocumentKind, kindFacts } from '#src/sri/kinds.ts'

/** What a program sends for the example of a template. */
interface ExampleEmission {
  readonly kind: DocumentKind
  readonly emission: Emission
}

/** Every kind that programs have issued, with the first receipt of its template's example. */
export const exampleEmissions: readonly ExampleEmission[] = templates.map(
  ({ kind, columns, examples }) => {
    const [first = {}] = examples
    const ours = examples.filter(
      ({ referencia }) => referencia === undefined || referencia === first['referencia'],
    )
    const pick = (row: Readonly<Record<string, string>>, once: boolean) => {
      const mine = columns.filter(({ scope }) => (scope === 'receipt') === once)
      const said = mine.flatMap(({ name, rule }) => {
        const text = row[name] ?? ''
        const number = rule.is === 'number' || rule.is === 'percentage'
        return text === '' ? [] : [[name, number ? text.replace(',', '.') : text]]
      })
      return Object.fromEntries(said)
    }
    const lineas = ours.map((row) => pick(row, false))
    const emission = { tipo: kindFacts(kind).slug, ...pick(first, true), lineas } as Emission
    return { kind, emission }
  },
)

/** An invoice of one line. */
export const BILL = {
  tipo: 'factura',
  referencia: 'COM-2026-11-000001',
  fecha_emision: '2026-11-20',
  tipo_identificacion: '05',
  identificacion: '0959997214',
  razon_social: 'PAREDES VILLACÍS MARÍA JOSÉ',
  correo: 'maria.paredes@correo.example',
  forma_pago: '20',
  lineas: [{ descripcion: 'Comisión', cantidad: '1', precio_unitario: '0.36', codigo_iva: '4' }],
}
