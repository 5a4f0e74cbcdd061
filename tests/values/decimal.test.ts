import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  addDecimals,
  applyRate,
  type Decimal,
  decimalOfCents,
  decimalToCents,
  formatDecimal,
  multiplyDecimals,
  multiplyToCents,
  parseDecimal,
} from '#src/values/decimal.ts'
import { cents } from '#src/values/money.ts'

const anyDecimal = fc
  .bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
  .map((value) => value as Decimal)
const d = (text: string): Decimal => parseDecimal(text) ?? (0n as Decimal)

it('prints without padding and reads back what it prints', () => {
  expect(formatDecimal(d('36.4400'))).toBe('36.44')
  expect(formatDecimal(d('-0.000001'))).toBe('-0.000001')
  expect(formatDecimal(d('00012'))).toBe('12')
  fc.assert(fc.property(anyDecimal, (value) => parseDecimal(formatDecimal(value)) === value))
})

it.each(['', '.', '1,5', '1.0000001', '1e2', ' '])('refuses %j', (text) => {
  expect(parseDecimal(text)).toBeNull()
})

it('forgives zeros beyond the sixth place', () => {
  expect(parseDecimal('1.50000000')).toBe(1_500_000n)
})

it('multiplies quantity by price and rounds once, half up', () => {
  expect(multiplyToCents(d('3'), d('0.333333'))).toBe(100)
  expect(multiplyToCents(d('0.5'), d('0.01'))).toBe(1)
  expect(multiplyToCents(d('-0.5'), d('0.01'))).toBe(-1)
  expect(multiplyToCents(d('0.499999'), d('0.01'))).toBe(0)
  // Rounded to six places first this would be 0.005000 and then a whole cent.
  expect(multiplyToCents(d('0.0049999'.slice(0, 8)), d('0.9999999'.slice(0, 8)))).toBe(0)
})

it('adds and multiplies as exact arithmetic does', () => {
  fc.assert(
    fc.property(anyDecimal, anyDecimal, (left, right) => {
      expect(addDecimals(left, right)).toBe(left + right)
      const error = multiplyDecimals(left, right) * 1_000_000n - left * right
      expect(error < 0n ? -error : error).toBeLessThanOrEqual(500_000n)
    }),
  )
})

it('applies rates in basis points', () => {
  expect(applyRate(cents(273), 1500)).toBe(41)
  expect(applyRate(cents(10000), 1200)).toBe(1200)
  expect(applyRate(cents(-5), 1000)).toBe(-1)
})

it('turns cents to decimals and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), (value) => {
      expect(decimalToCents(decimalOfCents(cents(value)))).toBe(cents(value))
    }),
  )
})

it('answers null where whole cents would no longer be exact', () => {
  const huge = d('999999999999999')
  expect(multiplyToCents(huge, huge)).toBeNull()
  expect(decimalToCents(huge)).toBeNull()
  expect(applyRate(cents(Number.MAX_SAFE_INTEGER), 99_999)).toBeNull()
})
