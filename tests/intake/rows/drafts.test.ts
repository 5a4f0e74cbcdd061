import fc from 'fast-check'
import { expect, it } from 'vitest'
import { taxInfoOf } from '#fixtures/receipts/draft.ts'
import { checkReceipt, LINES_MAX } from '#src/intake/rows/check-receipt.ts'
import { templateOf } from '#src/intake/rows/templates/templates.ts'
import { checkDocument } from '#src/sri/check.ts'
import { completeDraft } from '#src/sri/draft.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import { totalOf } from '#src/sri/summary.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { XML_BYTES_MAX } from '#src/sri/xml/xml-text.ts'
import { exampleLines, TODAY } from './support.ts'

type Cells = Record<string, string>

/** A decimal with a comma, up to so many places. */
const decimal = (max: number, places: number, min = 0) =>
  fc
    .tuple(fc.integer({ min, max }), fc.integer({ min: 0, max: 10 ** places - 1 }))
    .map(([whole, part]) => `${whole},${String(part).padStart(places, '0')}`)

const sold = fc.record({
  cantidad: decimal(900, 6, 1),
  precio_unitario: decimal(3_000, 6),
  codigo_iva: fc.constantFrom('0', '4', '5', '6', '7', '10'),
})

const lineOf: Readonly<Record<DocumentKind, fc.Arbitrary<Cells>>> = {
  invoice: sold,
  'credit-note': sold,
  'purchase-settlement': sold,
  'debit-note': fc.record({
    valor: decimal(9_000, 2, 1),
    codigo_iva: fc.constantFrom('0', '4', '5', '6', '7', '10'),
  }),
  'delivery-note': fc.record({
    cantidad: decimal(900, 6, 1),
    direccion: fc.constantFrom('Aquí', 'Allá'),
  }),
  withholding: fc.record({
    base_imponible: decimal(90_000, 2),
    porcentaje: fc.constantFrom('0', '1,75', '2,75', '10', '100', '3'),
    codigo_iva_sustento: fc.constantFrom('0', '4', '6'),
    subtotal_sustento: decimal(90_000, 2, 100),
    base_iva_sustento: fc.constantFrom('', '0', '99,99'),
    numero_sustento: fc.constantFrom('001-001-000000001', '001-001-000000002'),
  }),
}

const OPEN: Cells = { total: '', valor_iva: '', valor_retenido: '' }

/** Lines of one example that say nothing twice, and of one supporting document the same. */
function rowsOf(kind: DocumentKind, lines: readonly Cells[]) {
  const { columns, partKey } = templateOf(kind)
  const parts = new Map<string, Cells>()
  const written = exampleLines(kind, ...lines.map((line) => ({ ...OPEN, ...line })))
  return written.map((line, at) => {
    const key = partKey.map((name) => line[name]).join()
    const shared = parts.get(key) ?? line
    parts.set(key, shared)
    const cells = columns.map(({ name, scope }) => (scope === 'part' ? shared : line)[name] ?? '')
    const place = columns.findIndex(({ name }) => ['descripcion', 'razon'].includes(name))
    if (place !== -1) cells[place] = `Línea ${at}`
    return { row: at + 2, cells }
  })
}

it.each(Object.keys(lineOf) as DocumentKind[])(
  'whatever the amounts, a draft of kind %s adds up by the rules of the SRI',
  (kind) => {
    fc.assert(
      fc.property(fc.array(lineOf[kind], { minLength: 1, maxLength: 7 }), (lines) => {
        const { draft, faults } = checkReceipt(kind, rowsOf(kind, lines), { today: TODAY })
        fc.pre(!faults.some(({ code }) => code === 'repeated-line'))
        expect(faults).toEqual([])
        if (draft === null) throw new Error('No draft')
        const info = taxInfoOf(kind, { day: draft.issuedOn, series: '001-001', sequence: 1 })
        const document = completeDraft(draft, info, {})
        expect(checkDocument(document, { today: TODAY })).toEqual([])
        expect(draft.totalCents).toBe(totalOf(document))
      }),
      { numRuns: 150 },
    )
  },
)

/** What a signature adds, generously. */
const SIGNATURE_BYTES = 12_000

it.each([
  ['invoice', { codigo: 'ñ'.repeat(25) }],
  ['withholding', { codigo_iva_sustento: '4', base_iva_sustento: '100', codigo_retencion: '323E' }],
] as [DocumentKind, Cells][])(
  'the longest %s that is taken stays below the limit of the SRI',
  (kind, change) => {
    const lines = Array.from({ length: LINES_MAX }, (_, at) => ({
      ...change,
      numero_sustento: `001-001-${String(at + 1).padStart(9, '0')}`,
    }))
    const rows = rowsOf(kind, lines)
    const place = templateOf(kind).places.get('descripcion')
    for (const [at, { cells }] of rows.entries()) {
      if (place !== undefined) cells[place] = 'ñ'.repeat(297) + String(at).padStart(3, '0')
    }
    const { draft, faults } = checkReceipt(kind, rows, { today: TODAY })
    expect(faults).toEqual([])
    if (draft === null) throw new Error('No draft')
    const info = taxInfoOf(kind, { day: draft.issuedOn, series: '001-001', sequence: 1 })
    const bytes = Buffer.byteLength(writeDocument(completeDraft(draft, info, {})))
    expect(bytes + SIGNATURE_BYTES).toBeLessThan(XML_BYTES_MAX)
  },
)
