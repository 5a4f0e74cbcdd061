import { describe, expect, it } from 'vitest'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import type { RideSheet } from '#src/ride/sheet.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { authorized, richDocument, withholdingV1 } from './documents.ts'

const sheetOf = (kind: Parameters<typeof richDocument>[0], ambiente?: string): RideSheet =>
  describeReceipt(richDocument(kind, ambiente), authorized(kind))

const labels = (sheet: RideSheet): string[] => sheet.totals.map(({ label }) => label)

function cellsOf(sheet: RideSheet, title: string): (readonly string[])[] {
  const block = sheet.body.find((one) => one.title === title)
  return (block?.table?.rows ?? []).map(({ cells }) => cells)
}

describe('every kind', () => {
  it.each(documentKinds)('prints the frame of $kind', ({ kind, name }) => {
    const sheet = sheetOf(kind)
    expect(sheet.name.startsWith(name)).toBe(true)
    expect(sheet.number).toBe('001-002-000018710')
    expect(sheet.issuer).toMatchObject({ tradeName: 'Banco Ceibo', ruc: '0990000000001' })
    expect(sheet.issuer.facts).toContainEqual({
      label: 'Agente de retención',
      value: 'Resolución No. 12345678',
    })
    expect(sheet.issuer.facts).toContainEqual({
      label: 'Obligado a llevar contabilidad',
      value: 'SÍ',
    })
    expect(sheet.issuer.facts).toContainEqual({
      label: 'Contribuyente especial',
      value: 'Nro. 5368E',
    })
    expect(sheet.issuer.legends).toEqual([
      'CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE',
      'CONTRIBUYENTE RÉGIMEN MICROEMPRESAS',
    ])
    expect(sheet.header).toEqual([
      { label: 'R.U.C.', value: '0990000000001' },
      { label: 'Fecha y hora de autorización', value: '16/11/2026 10:42:14' },
      { label: 'Ambiente', value: 'PRODUCCIÓN' },
      { label: 'Emisión', value: 'NORMAL' },
    ])
    expect(sheet.additional.map(({ label }) => label)).toEqual([
      'Correo',
      'Gran Contribuyente',
      'RUC Proveedor',
    ])
  })

  it('is plain data that survives being sent to a thread or a page', () => {
    for (const { kind } of documentKinds) {
      const sheet = sheetOf(kind)
      expect(JSON.parse(JSON.stringify(sheet))).toEqual(sheet)
    }
  })

  it('describes a document that has nothing at all', () => {
    for (const { kind } of documentKinds) {
      const sheet = describeReceipt(
        { kind, version: '1.0.0', content: {} },
        { number: null, at: null, status: null },
      )
      expect(sheet.totals).toEqual([])
      expect(sheet.authorization.sentence).toBe('Aún no consta la autorización del SRI.')
    }
  })
})

describe('authorisation', () => {
  it('prints another number of the old scheme beside the key', () => {
    const old = { number: '1'.repeat(37), at: null, status: 'authorized' } as const
    const sheet = describeReceipt(richDocument('invoice'), old)
    expect(sheet.header).toContainEqual({
      label: 'Número de autorización',
      value: '1'.repeat(37),
    })
    expect(sheet.header).toContainEqual({
      label: 'Fecha y hora de autorización',
      value: 'No consta la fecha de autorización.',
    })
  })

  it('says plainly that the SRI has not answered, and invents no date', () => {
    const waiting = { number: null, at: null, status: 'in-process' } as const
    const sheet = describeReceipt(richDocument('invoice'), waiting)
    expect(sheet.authorization).toMatchObject({ at: null, number: '' })
    expect(sheet.authorization.sentence).toContain('aún no está autorizado')
  })

  it('stamps what comes from the test environment', () => {
    expect(sheetOf('invoice', '1').stamp).toBe('PRUEBAS · SIN VALIDEZ TRIBUTARIA')
    expect(sheetOf('invoice').stamp).toBeNull()
  })
})

describe('factura', () => {
  it('puts the totals in the order of Anexo 2, leaving out what is empty', () => {
    expect(labels(sheetOf('invoice'))).toEqual([
      'Subtotal 15\u00a0%',
      'Subtotal 8\u00a0%',
      'Subtotal 5\u00a0%',
      'Subtotal 0\u00a0%',
      'Subtotal no objeto de IVA',
      'Subtotal exento de IVA',
      'Subtotal sin impuestos',
      'Total descuento',
      'ICE',
      'IVA 15\u00a0%',
      'IVA 8\u00a0%',
      'IVA 5\u00a0%',
      'Total devolución IVA',
      'IRBPNR',
      'Compensación 2\u00a0%',
      'Flete internacional',
      'Seguro internacional',
      'Gastos aduaneros',
      'Otros gastos de transporte',
      'Propina',
      'Valor total',
      'Valor total sin subsidio',
      'Ahorro por subsidio',
      'Retención de IVA presuntivo',
      'Retención de renta',
    ])
  })

  it('adds up entries of one rate and prints the total as the issuer wrote it', () => {
    const { totals } = sheetOf('invoice')
    expect(totals).toContainEqual({ label: 'Subtotal 15\u00a0%', value: '56,00', strong: false })
    expect(totals).toContainEqual({ label: 'IVA 15\u00a0%', value: '8,40', strong: false })
    expect(totals).toContainEqual({ label: 'Valor total', value: '$1.109,79', strong: true })
  })

  it('takes a rate that the totals omit from the lines', () => {
    const document = richDocument('invoice')
    const info = {
      totalConImpuestos: [
        { codigo: '2', codigoPorcentaje: '8', baseImponible: '10', valor: '0.80' },
      ],
    }
    const detalles = [{ impuestos: [{ codigo: '2', codigoPorcentaje: '8', tarifa: '8.50' }] }]
    const sheet = describeReceipt(
      { ...document, content: { infoFactura: info, detalles } },
      authorized('invoice'),
    )
    expect(labels(sheet)).toEqual(['Subtotal 8,5\u00a0%', 'IVA 8,5\u00a0%'])
  })

  it('prints lines with their additional details, prices and subsidy', () => {
    const sheet = sheetOf('invoice')
    const lines = sheet.body[0]?.table
    expect(lines?.columns.map(({ label }) => label)).toEqual([
      'Código',
      'Cód. auxiliar',
      'Cantidad',
      'Descripción',
      'Precio unitario',
      'Subsidio',
      'Precio sin subsidio',
      'Descuento',
      'Precio total',
    ])
    expect(lines?.rows[0]).toEqual({
      cells: [
        'TEX-01',
        'AUX-77',
        '12,5 kg',
        'Comisión por transferencia al exterior',
        '2,1427',
        '1,248',
        '3,3907',
        '0,10',
        '26,68',
      ],
      notes: ['Cuenta: Ahorros •• 4821', 'Período: noviembre de 2026'],
    })
    expect(lines?.rows).toHaveLength(2)
  })

  it('prints payments, third parties, retentions, reimbursements, trade and transport', () => {
    const sheet = sheetOf('invoice')
    const asideCells = sheet.aside.flatMap(
      ({ table }) => table?.rows.flatMap(({ cells }) => cells) ?? [],
    )
    expect(asideCells).toEqual(
      expect.arrayContaining([
        'Otros con utilización del sistema financiero',
        '30 días',
        '99',
        'Tasa de bomberos',
        '1,11',
        'IVA presuntivo y renta',
        '327',
      ]),
    )
    expect(cellsOf(sheet, 'Reembolsos')).toEqual([
      ['1790000000001', 'Factura 003-004-000000555', '10/11/2026', '100,00', '15,00'],
    ])
    const titles = sheet.body.map(({ title }) => title)
    expect(titles).toContain('Comercio exterior')
    expect(titles).toContain('Transporte (sustituye a la guía de remisión)')
    expect(titles).toContain('Destinos')
  })
})

describe('the other kinds', () => {
  it('names the changed document and the reason in a nota de crédito', () => {
    const sheet = sheetOf('credit-note')
    expect(sheet.party.pairs).toEqual(
      expect.arrayContaining([
        { label: 'Comprobante que se modifica', value: 'Factura 001-001-000000012' },
        { label: 'Fecha de emisión (comprobante a modificar)', value: '19/10/2026' },
        { label: 'Razón de modificación', value: 'Devolución de la comisión cobrada en exceso' },
      ]),
    )
    expect(cellsOf(sheet, 'Detalle')[0]?.slice(0, 2)).toEqual(['INT-01', 'ADI-88'])
    expect(sheet.totals).toContainEqual({ label: 'Valor total', value: '$88,77', strong: true })
  })

  it('lists the reasons of a nota de débito with their values', () => {
    const sheet = sheetOf('debit-note')
    expect(cellsOf(sheet, 'Motivos')).toEqual([
      ['Intereses por mora', '0,66'],
      ['Gastos de cobranza', '15,65'],
    ])
    expect(sheet.aside[0]?.title).toBe('Forma de pago')
    expect(labels(sheet)).toContain('IVA 15\u00a0%')
  })

  it('calls the other side of a liquidación de compra its supplier', () => {
    const sheet = sheetOf('purchase-settlement')
    expect(sheet.party).toMatchObject({ title: 'Proveedor' })
    expect(sheet.party.pairs).toContainEqual({
      label: 'Identificación (Pasaporte)',
      value: 'X1234567',
    })
  })

  it('gives every recipient of a guía de remisión a block and no amounts', () => {
    const sheet = sheetOf('delivery-note')
    expect(sheet.body.map(({ title }) => title)).toEqual([
      'Destinatario 1 de 2',
      'Destinatario 2 de 2',
    ])
    expect(sheet.body[1]?.pairs[0]?.value).toBe('Pedro Andrade')
    expect(sheet.body[0]?.table?.rows[0]?.cells).toEqual([
      '12,5',
      'Comisión por transferencia al exterior',
      'INT-01',
      'ADI-88',
    ])
    expect(sheet.totals).toEqual([])
    expect(sheet.issuedOn).toBe('2026-11-16')
  })

  it.each([
    [
      '1.0.0',
      withholdingV1(),
      [
        ['RENTA', '323E', '2\u00a0%', '20,00'],
        ['ISD', '4580', '5\u00a0%', '2,50'],
      ],
      '$22,50',
    ],
    [
      '2.0.0',
      richDocument('withholding'),
      [
        ['RENTA', '344A', '1,75\u00a0%', '10,83'],
        ['IVA', '1', '30\u00a0%', '24,19'],
      ],
      '$35,02',
    ],
  ])('prints one row for each tax of a retención %s', (_, document, rows, total) => {
    const sheet = describeReceipt(document, authorized('withholding'))
    const cells = cellsOf(sheet, 'Impuestos retenidos')
    expect(cells.map((row) => row.slice(5))).toEqual(rows)
    expect(cells[0]?.slice(0, 4)).toEqual([
      'Documentos de instituciones financieras',
      '001-002-000000777',
      '12/11/2026',
      '11/2026',
    ])
    expect(sheet.totals).toEqual([{ label: 'Total retenido', value: total, strong: true }])
  })
})
