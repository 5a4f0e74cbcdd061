import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDecimals,
  hasValue,
  printAmount,
  printMoney,
  printPrice,
  printQuantity,
  printRate,
} from '#src/ride/description/print-number.ts'

describe('printAmount', () => {
  it.each([
    ['000000004.50', '4,50'],
    ['4.3', '4,30'],
    ['706.00000', '706,00'],
    ['1234567.005', '1.234.567,01'],
    ['0.004999', '0,00'],
    ['999.995', '1.000,00'],
    ['.5', '0,50'],
    ['-0.41', '−0,41'],
    ['-0.001', '0,00'],
    ['', ''],
    ['N/A', 'N/A'],
  ])('prints %j as %j', (given, printed) => {
    expect(printAmount(given)).toBe(printed)
  })

  it('agrees with whole cents for any amount of cents', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (cents) => {
        const text = `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
        expect(printAmount(text).replaceAll('.', '').replace(',', '.')).toBe(text)
      }),
    )
  })
})

describe('the other numbers', () => {
  it('puts the sign of the currency behind the minus', () => {
    expect(printMoney('1109.79')).toBe('$1.109,79')
    expect(printMoney('-3')).toBe('−$3,00')
    expect(printMoney('gratis')).toBe('gratis')
  })

  it('prints quantities and prices with the places they have', () => {
    expect(printQuantity('12.000000')).toBe('12')
    expect(printQuantity('4.170')).toBe('4,17')
    expect(printQuantity('0.1234567')).toBe('0,123457')
    expect(printPrice('48.000000')).toBe('48,00')
    expect(printPrice('2.142700')).toBe('2,1427')
    expect(printRate('1.750')).toBe('1,75\u00a0%')
  })

  it('tells a value from nothing', () => {
    expect(['0.00', '', '-0', 'x'].map(hasValue)).toEqual([false, false, false, false])
    expect(['0.01', '-5'].map(hasValue)).toEqual([true, true])
  })

  it('adds exactly whatever the places are', () => {
    expect(addDecimals(['0.1', '0.25', '-0.05', 'no'])).toBe('0.30')
    expect(addDecimals([])).toBe('0')
    const millionths = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
    fc.assert(
      fc.property(fc.array(millionths), (values) => {
        const print = (value: bigint): string => {
          const digits = String(value < 0n ? -value : value).padStart(7, '0')
          return `${value < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
        }
        const sum = values.reduce((a, b) => a + b, 0n)
        const added = addDecimals(values.map(print))
        expect(values.length === 0 ? '0.000000' : added).toBe(print(sum))
      }),
    )
  })
})
