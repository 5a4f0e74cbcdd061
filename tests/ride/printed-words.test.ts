import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeReceipt } from '#src/ride/describe-receipt.ts'
import { inspectReceipt } from '#src/sri/inspect-receipt.ts'
import { describeWithShared } from '../support/judges.ts'
import { authorized, richDocument } from './documents.ts'

function termOf(plazo: string, unidadTiempo: string): string | undefined {
  const document = richDocument('invoice')
  const content = document.content as { infoFactura: Record<string, unknown> }
  content.infoFactura['pagos'] = [{ formaPago: '20', total: '1.00', plazo, unidadTiempo }]
  const sheet = describeReceipt(document, authorized('invoice'))
  return sheet.aside.find(({ title }) => title === 'Forma de pago')?.table?.rows[0]?.cells.at(-1)
}

describe('the term of a payment', () => {
  it.each([
    ['0', 'dias', '0 días'],
    ['30.00', 'DIAS', '30 días'],
    ['1', 'Días', '1 día'],
    ['3', 'Mes', '3 meses'],
    ['2', 'anios', '2 años'],
    ['1', 'año', '1 año'],
    ['15', 'quincenas', '15 quincenas'],
    ['15', '', '15'],
  ])('%s %s is printed as %s', (length, unit, printed) => {
    expect(termOf(length, unit)).toBe(printed)
  })
})

describeWithShared('the legend of microenterprises', (shared) => {
  it.each([
    'factura_1.1.0_oselda_crlf_muchas-lineas.xml',
    'factura_1.1.0_soap_escapada_regimenMicroempresas.xml',
  ])('is printed of %s', (file) => {
    const read = inspectReceipt(fs.readFileSync(path.join(shared, 'sri/samples', file)))
    if (!read.ok) throw new Error(read.refusal.message)
    const sheet = describeReceipt(read.document, authorized('invoice'))
    expect(sheet.issuer.legends).toEqual(['CONTRIBUYENTE RÉGIMEN MICROEMPRESAS'])
  })
})
