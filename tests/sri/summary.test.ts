import { describe, expect, it } from 'vitest'
import { composeAccessKey } from '#src/sri/access-key.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { summarize } from '#src/sri/summary.ts'
import { ISSUED_ON, invoice, invoiceKey } from './support/documents.ts'

const keyOf = (kind: ReceiptDocument['kind']) =>
  composeAccessKey({
    issuedOn: ISSUED_ON,
    kind,
    issuerRuc: '0990000000001',
    environment: 'test',
    establishment: '003',
    issuePoint: '004',
    sequence: '000000077',
    numericCode: '90817263',
  })

describe('an invoice in a line', () => {
  it('says whose, what and how much', () => {
    expect(summarize(invoice(), invoiceKey)).toEqual({
      kind: 'invoice',
      version: '1.1.0',
      environment: 'production',
      issuer: { ruc: '0990000000001', name: 'BANCO CEIBO S.A.' },
      number: '001-002-000018710',
      issuedOn: '2026-11-16',
      recipients: [
        { idKind: 'cedula', id: '2459992505', name: 'María José Paredes', role: 'recipient' },
      ],
      totalCents: 345,
      concept: 'Transferencias interbancarias de noviembre',
      taxes: [{ tax: 'iva', rateCode: '4', rateBp: 1500, baseCents: 300, amountCents: 45 }],
      email: 'maria@correo.ejemplo.ec',
    })
  })

  it('belongs to nobody when the buyer is consumidor final', () => {
    for (const [type, id] of [
      ['07', '9999999999999'],
      ['04', '9999999999999'],
      ['07', '2459992505'],
      ['05', '9999999999'],
      ['05', ' '],
    ]) {
      const document = invoice()
      Object.assign(document.content.infoFactura ?? {}, {
        tipoIdentificacionComprador: type,
        identificacionComprador: id,
      })
      expect(summarize(document, invoiceKey)?.recipients).toEqual([])
    }
  })

  it.each([
    ['05', '2459992505001', 'ruc'],
    ['08', '2459992505', 'foreign'],
    ['06', '2459992505', 'passport'],
    ['06', 'ab 123', 'passport'],
    ['08', 'X-99', 'foreign'],
    ['05', '120637771', 'cedula'],
  ])(
    'trusts the number before the type, but never makes a foreigner a citizen: %s %s is %s',
    (type, id, idKind) => {
      const document = invoice()
      Object.assign(document.content.infoFactura ?? {}, {
        tipoIdentificacionComprador: type,
        identificacionComprador: id,
      })
      expect(summarize(document, invoiceKey)?.recipients[0]?.idKind).toBe(idKind)
    },
  )

  it('shows no total that would spoil the sums it is part of', () => {
    const document = invoice()
    Object.assign(document.content.infoFactura ?? {}, { importeTotal: '90071992547409.91' })
    expect(summarize(document, invoiceKey)?.totalCents).toBeNull()
  })

  it('keeps the concept within 160 characters, without half an emoji', () => {
    const document = invoice()
    const [line] = document.content.detalles ?? []
    document.content.detalles = [{ ...line, descripcion: `${'a'.repeat(158)}😀😀` }, { ...line }]
    const concept = summarize(document, invoiceKey)?.concept ?? ''
    expect(concept.length).toBeLessThanOrEqual(160)
    expect(concept.endsWith('… y 1 más')).toBe(true)
    expect(concept.isWellFormed()).toBe(true)
  })

  it('finds the address among several, and only an address', () => {
    const document = invoice()
    document.content.infoAdicional = [
      { nombre: 'Observación', valor: 'otro@ejemplo.ec' },
      { nombre: 'E-MAIL', valor: 'nadie; Maria@Ejemplo.EC, rosa@ejemplo.ec' },
    ]
    expect(summarize(document, invoiceKey)?.email).toMatch(/^maria@ejemplo\.ec$/i)
    document.content.infoAdicional = [{ nombre: 'Correo', valor: 'a@b\r\nBcc: c@d.ec' }]
    expect(summarize(document, invoiceKey)?.email).not.toContain('\n')
  })
})

describe('the other kinds', () => {
  it('a withholding 1.0.0 and 2.0.0 total what was withheld', () => {
    const lines = [
      {
        codigo: '1',
        codigoRetencion: '323',
        baseImponible: '100.00',
        porcentajeRetener: '3',
        valorRetenido: '3.00',
      },
      {
        codigo: '2',
        codigoRetencion: '9',
        baseImponible: '15.00',
        porcentajeRetener: '10.00',
        valorRetenido: '1.5',
      },
    ]
    const info = { fechaEmision: '16/11/2026', periodoFiscal: '11/2026' }
    const flat: ReceiptDocument = {
      kind: 'withholding',
      version: '1.0.0',
      content: { infoCompRetencion: info, impuestos: lines },
    }
    const grouped: ReceiptDocument = {
      kind: 'withholding',
      version: '2.0.0',
      content: {
        infoCompRetencion: info,
        docsSustento: lines.map((line) => ({ retenciones: [line] })),
      },
    }
    for (const document of [flat, grouped]) {
      const summary = summarize(document, keyOf('withholding'))
      expect(summary).toMatchObject({
        totalCents: 450,
        concept: 'Retención de renta e IVA, 11/2026',
        number: '003-004-000000077',
        environment: 'test',
      })
      expect(summary?.taxes.map(({ tax, rateBp }) => [tax, rateBp])).toEqual([
        ['renta', 300],
        ['iva', 1000],
      ])
    }
  })

  it('a guía has every recipient once, and a carrier who owns nothing', () => {
    const document: ReceiptDocument = {
      kind: 'delivery-note',
      version: '1.1.0',
      content: {
        infoGuiaRemision: {
          razonSocialTransportista: 'Pedro Andrade',
          tipoIdentificacionTransportista: '05',
          rucTransportista: '2459990848',
        },
        destinatarios: [
          {
            identificacionDestinatario: '2459992505',
            razonSocialDestinatario: 'María',
            motivoTraslado: 'Venta',
          },
          {
            identificacionDestinatario: '2459992505',
            razonSocialDestinatario: 'María',
            motivoTraslado: 'Venta',
          },
          { identificacionDestinatario: '1790016919001', razonSocialDestinatario: 'Tienda' },
          {
            identificacionDestinatario: '9999999999999',
            razonSocialDestinatario: 'CONSUMIDOR FINAL',
          },
        ],
      },
    }
    const summary = summarize(document, keyOf('delivery-note'))
    expect(summary?.recipients.map(({ id, role }) => [id, role])).toEqual([
      ['2459992505', 'recipient'],
      ['1790016919001', 'recipient'],
      ['2459990848', 'carrier'],
    ])
    expect(summary).toMatchObject({ totalCents: null, issuedOn: ISSUED_ON, concept: 'Venta' })
  })

  it('an empty document is known by its key', () => {
    for (const { kind, name } of documentKinds) {
      const document = { kind, version: '1.0.0', content: {} } as ReceiptDocument
      const summary = summarize(document, keyOf(kind))
      expect(summary).toMatchObject({ issuedOn: ISSUED_ON, issuer: { ruc: '0990000000001' } })
      if (kind !== 'withholding') expect(summary?.concept).toBe(name)
    }
  })
})
