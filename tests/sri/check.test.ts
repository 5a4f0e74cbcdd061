import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeAccessKey, parseAccessKey } from '#src/sri/access-key.ts'
import { checkDocument } from '#src/sri/check.ts'
import { checkForm } from '#src/sri/documents/check-form.ts'
import type { DocumentOf, ReceiptDocument } from '#src/sri/documents/document.ts'
import { readContent } from '#src/sri/documents/read-content.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { addDays, type Day, parseSriDate } from '#src/values/day.ts'
import { arbitraryDocument, kindsAndVersions } from './support/arbitrary-document.ts'
import { changed, ISSUED_ON, invoice } from './support/documents.ts'

/** The same with the key that belongs to the new day. */
function onDay(day: Day, change: Parameters<typeof changed>[0] = {}): DocumentOf<'invoice'> {
  const document = changed(change)
  const parsed = parseAccessKey(document.content.infoTributaria?.claveAcceso ?? '')
  if (!parsed.ok || !document.content.infoTributaria) throw new Error('No key')
  const claveAcceso = composeAccessKey({ ...parsed.fields, issuedOn: day })
  document.content.infoTributaria.claveAcceso = claveAcceso
  Object.assign(document.content.infoFactura ?? {}, {
    fechaEmision: `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`,
  })
  return document
}

const problemsOf = (document: ReceiptDocument, today?: Day) =>
  checkDocument(document, today === undefined ? {} : { today }).map(
    ({ code, field }) => `${code} ${field}`,
  )

describe('an invoice', () => {
  it('that is right has no problem', () => expect(problemsOf(invoice(), ISSUED_ON)).toEqual([]))

  it.each([
    ['required infoFactura.importeTotal', { info: { importeTotal: undefined } }],
    ['wrong-number infoFactura.propina', { info: { propina: '1,50' } }],
    ['wrong-number infoFactura.propina', { info: { propina: '0.005' } }],
    ['wrong-number infoFactura.propina', { info: { propina: '-1.00' } }],
    ['blank infoFactura.razonSocialComprador', { info: { razonSocialComprador: '' } }],
    [
      'too-long infoFactura.razonSocialComprador',
      { info: { razonSocialComprador: 'a'.repeat(301) } },
    ],
    ['line-break infoFactura.direccionComprador', { info: { direccionComprador: 'a\nb' } }],
    ['wrong-form infoFactura.obligadoContabilidad', { info: { obligadoContabilidad: 'SÍ' } }],
    ['wrong-form infoFactura.guiaRemision', { info: { guiaRemision: '001-001-1' } }],
    ['too-few totalConImpuestos', { info: { totalConImpuestos: [] } }],
    [
      'id-form infoFactura.identificacionComprador',
      { info: { identificacionComprador: '245999250' } },
    ],
    [
      'id-form infoFactura.identificacionComprador',
      { info: { tipoIdentificacionComprador: '04' } },
    ],
    [
      'unknown-code infoFactura.pagos[1].formaPago',
      { info: { pagos: [{ formaPago: '09', total: '3.45' }] } },
    ],
    [
      'payments-sum infoFactura.importeTotal',
      { info: { pagos: [{ formaPago: '01', total: '3.00' }] } },
    ],
    ['total-sum infoFactura.importeTotal', { info: { importeTotal: '3.60' } }],
    ['net-sum infoFactura.totalSinImpuestos', { info: { totalSinImpuestos: '3.05' } }],
    ['line-amount detalles[1].precioTotalSinImpuesto', { line: { cantidad: '7' } }],
    ['wrong-number detalles[1].cantidad', { line: { cantidad: '1.1234567' } }],
    ['too-many detalles[1].detallesAdicionales', { line: { detallesAdicionales: pairs(4) } }],
    ['too-many infoAdicional', { content: { infoAdicional: pairs(16) } }],
    ['required infoAdicional[1].nombre', { content: { infoAdicional: [{ valor: 'x' }] } }],
    [
      'not-in-version otrosRubrosTerceros',
      { content: { otrosRubrosTerceros: [{ concepto: 'x', total: '0.00' }] } },
    ],
  ] as const)('is told: %s', (problem, change) => {
    const found = problemsOf(changed(change as Parameters<typeof changed>[0]))
    expect(
      found.some(
        (one) =>
          one.endsWith(problem.split(' ')[1] ?? '') && one.startsWith(problem.split(' ')[0] ?? ''),
      ),
    ).toBe(true)
  })

  it('forgives a cent, in either direction', () => {
    for (const valor of ['0.44', '0.46']) {
      const tax = { codigo: '2', codigoPorcentaje: '4', baseImponible: '3.00' }
      const document = changed({
        info: { totalConImpuestos: [{ ...tax, valor }], importeTotal: '3.45' },
        line: { impuestos: [{ ...tax, tarifa: '15', valor }] },
      })
      expect(problemsOf(document)).toEqual([])
    }
  })

  it('is told which rate was in force', () => {
    const twelve = { codigo: '2', codigoPorcentaje: '2', baseImponible: '3.00', valor: '0.36' }
    const change = {
      info: {
        totalConImpuestos: [twelve],
        importeTotal: '3.36',
        pagos: [{ formaPago: '20', total: '3.36' }],
      },
      line: { impuestos: [{ ...twelve, tarifa: '12' }] },
    }
    expect(problemsOf(onDay('2024-03-31' as Day, change))).toEqual([])
    expect(problemsOf(onDay('2024-04-01' as Day, change))).toEqual([
      'rate-not-valid detalles[1].impuestos[1]',
      'rate-not-valid totales[1]',
    ])
    const wrong = changed({ line: { impuestos: [{ ...twelve, tarifa: '15', valor: '0.45' }] } })
    expect(problemsOf(wrong)).toContain('rate-of-code detalles[1].impuestos[1].tarifa')
  })

  it('to consumidor final may not exceed fifty dollars', () => {
    const nobody = {
      tipoIdentificacionComprador: '07',
      identificacionComprador: '9999999999999',
      razonSocialComprador: 'CONSUMIDOR FINAL',
    }
    expect(problemsOf(changed({ info: nobody }))).toEqual([])
    const found = problemsOf(changed({ info: { ...nobody, importeTotal: '50.01' } }))
    expect(found).toContain('final-consumer-limit infoFactura.identificacionComprador')
    const half = changed({ info: { ...nobody, tipoIdentificacionComprador: '05' } })
    expect(problemsOf(half)).toEqual(['id-form infoFactura.identificacionComprador'])
  })
})

describe('dates', () => {
  it('of the future are refused when today is known', () => {
    expect(problemsOf(invoice(), addDays(ISSUED_ON, -1))).toEqual(['future-date fechaEmision'])
    expect(problemsOf(invoice(), ISSUED_ON)).toEqual([])
  })

  it('that no calendar has are refused', () => {
    expect(problemsOf(changed({ info: { fechaEmision: '31/02/2026' } }))).toEqual([
      'wrong-date infoFactura.fechaEmision',
      'key-mismatch fechaEmision',
    ])
  })
})

describe('the key', () => {
  it.each([
    ['codDoc', '04', ['kind-mismatch', 'key-mismatch']],
    ['ruc', '0990000000002'.replace('2', '2001').slice(0, 13), ['key-mismatch']],
    ['ambiente', '1', ['key-mismatch']],
    ['estab', '009', ['key-mismatch']],
    ['ptoEmi', '009', ['key-mismatch']],
    ['secuencial', '000000009', ['key-mismatch']],
    ['tipoEmision', '2', ['key-mismatch']],
  ] as const)('must agree with %s', (field, value, codes) => {
    const document = invoice()
    Object.assign(document.content.infoTributaria ?? {}, { [field]: value })
    const found = checkDocument(document).map(({ code }) => code)
    for (const code of codes) expect(found).toContain(code)
  })
})

describe('the form', () => {
  it.each(kindsAndVersions)('holds for whatever the model makes: %s %s', (kind, version) => {
    fc.assert(
      fc.property(arbitraryDocument(kind, version), (document) => {
        expect(checkForm(document)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  it('of an unknown version is said once', () => {
    const found = problemsOf({ ...invoice(), version: '3.0.0' })
    expect(found).toEqual(['unknown-version 3.0.0'])
  })

  it('never throws on half a document', () => {
    for (const [kind, version] of kindsAndVersions) {
      const content = {} as never
      expect(checkDocument({ kind, version, content } as ReceiptDocument).length).toBeGreaterThan(0)
    }
  })

  it('notices elements in the wrong order', () => {
    const text = writeDocument(invoice()).replace(
      /(<estab>.*<\/estab>)(<ptoEmi>.*<\/ptoEmi>)/,
      '$2$1',
    )
    const reading = readContent(text)
    expect(reading.ok && reading.oddities.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'wrong-order infoTributaria.estab',
    ])
  })
})

function pairs(count: number): { nombre: string; valor: string }[] {
  return Array.from({ length: count }, (_, at) => ({ nombre: `n${at}`, valor: 'v' }))
}

it('knows the day of its own example', () => expect(parseSriDate('16/11/2026')).toBe(ISSUED_ON))
