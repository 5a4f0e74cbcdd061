import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Cents,
  cents,
  formatMoney,
  parseAmount,
  printAmount,
  readTypedAmount,
} from '#src/values/money.ts'

const anyCents = fc.integer({ min: -1e12, max: 1e12 }).map((value) => cents(value))

describe('amounts printed in documents', () => {
  it.each([
    ['000000004.50', 450],
    ['4.3', 430],
    ['36.4400', 3644],
    ['706.00000', 70600],
    ['0.005', 1],
    ['0.00499', 0],
    ['-0.41', -41],
    ['-0.005', -1],
    ['12', 1200],
    ['.5', 50],
    ['7.', 700],
    [' 1.00 ', 100],
    ['+2.50', 250],
  ])('reads %s', (text, expected) => expect(parseAmount(text)).toBe(expected))

  it.each(['', '.', '1,50', '1e3', 'NaN', '1.2.3', '0x10', '99999999999999999999', '--1', '１'])(
    'refuses %j',
    (text) => expect(parseAmount(text)).toBeNull(),
  )

  it('reads back whatever it prints', () => {
    fc.assert(fc.property(anyCents, (value) => parseAmount(printAmount(value)) === value))
  })

  it('rounds half up like exact arithmetic does', () => {
    const digits = fc.integer({ min: 0, max: 999_999 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 }), digits, (whole, millionths) => {
        const text = `${whole}.${String(millionths).padStart(6, '0')}`
        const exact = (BigInt(whole) * 1_000_000n + BigInt(millionths) + 5_000n) / 10_000n
        expect(parseAmount(text)).toBe(Number(exact))
      }),
    )
  })
})

describe('amounts shown to people', () => {
  it.each([
    [123450, '$1.234,50'],
    [-41, '−$0,41'],
    [0, '$0,00'],
    [99, '$0,99'],
    [100000000, '$1.000.000,00'],
  ])('shows %i as %s', (value, shown) => expect(formatMoney(cents(value))).toBe(shown))

  it('are read back as they were shown', () => {
    fc.assert(
      fc.property(anyCents, (value) => {
        expect(readTypedAmount(formatMoney(value))).toEqual({ ok: true, cents: value })
      }),
    )
  })
})

describe('amounts typed by people', () => {
  it.each([
    ['1234,5', 123450],
    ['1234.50', 123450],
    ['1.234,50', 123450],
    ['$ 1,234.50', 123450],
    ['1.234.567', 123456700],
    ['12', 1200],
    ['1.234.567,8', 123456780],
  ])('reads %s', (text, expected) => {
    expect(readTypedAmount(text)).toEqual({ ok: true, cents: expected })
  })

  it('asks which was meant when a separator could be either', () => {
    expect(readTypedAmount('1.234')).toEqual({
      ok: false,
      reason: 'ambiguous',
      asThousands: 123400 as Cents,
      asDecimal: 123 as Cents,
    })
  })

  it.each([
    '',
    'abc',
    '0.999',
    '1.23.45',
    '1,2,3',
    '12.34.567',
    '1.234.56',
    '5-3',
    '1,234,5678',
    '--4',
  ])('refuses %j', (text) =>
    expect(readTypedAmount(text)).toEqual({ ok: false, reason: 'invalid' }),
  )

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readTypedAmount(text)))
  })
})

it('refuses to call a fraction cents', () => {
  expect(() => cents(0.5)).toThrow(RangeError)
})
