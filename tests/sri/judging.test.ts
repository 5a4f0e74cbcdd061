import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDocument } from '#src/sri/check.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { arbitraryDocument, kindsAndVersions } from './support/arbitrary-document.ts'
import { authorized, bytesOf, changed, invoice } from './support/documents.ts'

describe('judging', () => {
  const wrong = writeDocument(changed({ info: { importeTotal: '9.99' } }))

  it('turns into warnings on what the SRI authorised', () => {
    const reading = readReceipt(bytesOf(authorized(wrong)))
    if (!reading.ok) throw new Error(reading.refusal.message)
    expect(reading.receipt.warnings.map(({ code }) => code)).toEqual(['total-sum', 'payments-sum'])
    for (const { message } of reading.receipt.warnings)
      expect(message).not.toContain('Suma otra vez')
  })

  it('refuses what it did not, and tells everything at once', () => {
    const reading = readReceipt(bytesOf(wrong))
    if (reading.ok) throw new Error('It was taken')
    expect(reading.refusal).toMatchObject({ code: 'total-sum', field: 'infoFactura.importeTotal' })
    expect(reading.refusal.message).toBe(
      'El total en «infoFactura.importeTotal» debería ser 3.45: valores más impuestos. Dice «9.99». Suma otra vez el total.',
    )
    expect(reading.problems).toHaveLength(2)
  })

  it('lets an unknown element pass only when authorised', () => {
    const text = writeDocument(invoice()).replace(
      '</infoTributaria>',
      '<regimenInventado>CONTRIBUYENTE</regimenInventado></infoTributaria>',
    )
    expect(readReceipt(bytesOf(authorized(text))).ok).toBe(true)
    const bare = readReceipt(bytesOf(text))
    expect(bare.ok ? null : bare.refusal.code).toBe('unknown-element')
  })

  it('reads the legend of microenterprises where it was authorised, and lets nobody write it', () => {
    const legend =
      '<regimenMicroempresas>CONTRIBUYENTE RÉGIMEN MICROEMPRESAS</regimenMicroempresas>'
    const text = writeDocument(invoice()).replace('</dirMatriz>', `</dirMatriz>${legend}`)
    const reading = readReceipt(bytesOf(authorized(text)))
    if (!reading.ok) throw new Error(reading.refusal.message)
    const { document } = reading.receipt
    expect(document.content.infoTributaria?.regimenMicroempresas).toBe(
      'CONTRIBUYENTE RÉGIMEN MICROEMPRESAS',
    )
    expect(writeDocument(document)).not.toContain('regimenMicroempresas')
    const bare = readReceipt(bytesOf(text))
    expect(bare.ok ? null : bare.refusal.code).toBe('not-in-version')
  })

  it('takes the RIMPE text of popular businesses', () => {
    const document = invoice()
    const rimpe = 'CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE'
    Object.assign(document.content.infoTributaria ?? {}, { contribuyenteRimpe: rimpe })
    expect(checkDocument(document)).toEqual([])
  })

  it('gives every problem a Spanish sentence', () => {
    for (const [kind, version] of kindsAndVersions) {
      for (const document of fc.sample(arbitraryDocument(kind, version), 3)) {
        for (const { message, field } of checkDocument(document)) {
          expect(message).toMatch(/^[A-ZÁÉÍÓÚÑ«].*\.$/su)
          expect(message).not.toMatch(/undefined|null|NaN/)
          expect(field).not.toBe('')
        }
      }
    }
  })
})

it('judges amounts beyond any integer without an exception', () => {
  const huge = '9007199254740991'
  const tax = { codigo: '2', codigoPorcentaje: '4', baseImponible: huge, tarifa: huge, valor: huge }
  const line = {
    cantidad: huge,
    precioUnitario: huge,
    descuento: huge,
    precioTotalSinImpuesto: huge,
  }
  const document = changed({
    info: { importeTotal: huge, totalSinImpuestos: huge, totalConImpuestos: [tax, tax] },
    content: { detalles: [{ ...line, impuestos: [tax, tax] }, line] },
  })
  expect(readReceipt(bytesOf(authorized(writeDocument(document)))).ok).toBe(true)
})
