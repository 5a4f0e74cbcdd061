import { expect, it } from 'vitest'
import { iceProduct } from '#src/sri/catalogues/catalogue-ice.ts'
import {
  incomeWithholdingConcept,
  incomeWithholdingRows,
} from '#src/sri/catalogues/catalogue-income.ts'
import {
  supportDocumentLabel,
  supportDocuments,
  supportReasons,
} from '#src/sri/catalogues/catalogue-support.ts'
import { idTypeLabel, ivaRate, ivaRates, paymentFormLabel } from '#src/sri/catalogues/catalogues.ts'
import { documentKinds, kindFacts, kindOfCode, kindOfRoot, kindOfSlug } from '#src/sri/kinds.ts'

it('knows each kind by code, root and slug alike', () => {
  for (const facts of documentKinds) {
    expect(kindOfCode(facts.code)).toBe(facts)
    expect(kindOfRoot(facts.root)).toBe(facts)
    expect(kindOfSlug(facts.slug)).toBe(facts)
    expect(kindFacts(facts.kind)).toBe(facts)
  }
  expect(kindOfCode('02')).toBeNull()
  expect(kindOfRoot('lote')).toBeNull()
  expect(kindOfSlug('')).toBeNull()
})

it('has one general rate of IVA on any day', () => {
  const general = (day: string) =>
    ivaRates
      .filter(({ code }) => code === '2' || code === '4')
      .filter(({ from, to }) => (from ?? '') <= day && day <= (to ?? '9'))
      .map(({ label }) => label)
  expect(general('2024-03-31')).toEqual(['12 %'])
  expect(general('2024-04-01')).toEqual(['15 %'])
  expect(ivaRate('0000')?.basisPoints).toBe(0)
  expect(ivaRate('99')).toBeNull()
})

it('shows the bare code of what it does not know', () => {
  expect(idTypeLabel('09')).toBe('09')
  expect(paymentFormLabel('20')).toBe('Otros con utilización del sistema financiero')
  expect(paymentFormLabel('03')).toBe('Forma de pago 03')
  expect(supportDocumentLabel('999')).toBe('Documento 999')
  expect(supportDocumentLabel('12')).toBe('Documentos de instituciones financieras')
  expect(incomeWithholdingConcept('323e')).toBe('Rendimientos: depósito a plazo fijo, gravado')
  expect(incomeWithholdingConcept('999')).toBeNull()
  expect(iceProduct('3011')).toBe('Cigarrillos rubios')
  expect(iceProduct('1')).toBeNull()
})

it('has every code once', () => {
  expect(new Set(incomeWithholdingRows.map(([code]) => code)).size).toBe(
    incomeWithholdingRows.length,
  )
  expect(supportDocuments.size).toBeGreaterThan(30)
  expect(supportReasons.size).toBe(16)
})
