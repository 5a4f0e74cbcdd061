import { expect, it } from 'vitest'
import { annulmentTerms, consentUntil } from '#src/issuing/annulments/annulment-rules.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'
import type { Day } from '#src/values/day.ts'

const named = (kind: DocumentKind, issuedOn: string) => {
  return { kind, issuedOn: issuedOn as Day, toNobody: false, withholdsIsd: false }
}

it.each([
  ['2026-11-16', '2026-12-07', 'a Monday'],
  ['2026-10-01', '2026-11-09', 'the 7th is a Saturday'],
  ['2026-01-31', '2026-02-09', 'the 7th is a Saturday'],
  ['2025-12-24', '2026-01-07', 'over the end of a year'],
  ['2028-01-10', '2028-02-07', 'a Monday'],
  ['2032-01-15', '2032-02-11', 'Saturday, Sunday and both days of carnival'],
])('of what was issued on %s closes the annulment on %s: %s', (issuedOn, lastDay) => {
  expect(annulmentTerms(named('invoice', issuedOn))?.lastDay).toBe(lastDay)
})

it('wants the agreement of the other side for withholdings and notes, and of nobody else', () => {
  const asked = (kind: DocumentKind) => annulmentTerms(named(kind, '2026-11-16'))?.needsConsent
  expect([asked('withholding'), asked('credit-note'), asked('debit-note')]).toEqual([
    true,
    true,
    true,
  ])
  expect([asked('invoice'), asked('purchase-settlement'), asked('delivery-note')]).toEqual([
    false,
    false,
    false,
  ])
})

it('knows no annulment of what was sold to nobody since 2026, and no last day for the ISD', () => {
  const bill = named('invoice', '2026-01-01')
  expect(annulmentTerms({ ...bill, toNobody: true })).toBeNull()
  const before = { ...bill, issuedOn: '2025-12-31' as Day, toNobody: true }
  expect(annulmentTerms(before)?.lastDay).toBe('2026-01-07')
  const isd = { ...named('withholding', '2026-03-02'), withholdsIsd: true }
  expect(annulmentTerms(isd)).toEqual({ lastDay: null, needsConsent: true })
})

it('gives the other side five working days', () => {
  expect(consentUntil('2026-11-16' as Day)).toBe('2026-11-23')
  // Carnival is on 16 and 17 February.
  expect(consentUntil('2026-02-12' as Day)).toBe('2026-02-23')
  expect(consentUntil('2026-12-24' as Day)).toBe('2027-01-04')
})
