import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkReceipt } from '#src/intake/rows/check-receipt.ts'
import { templates } from '#src/intake/rows/templates/templates.ts'
import { TODAY } from './support.ts'

/** What people, programs and attackers put into cells. */
const cell = fc.oneof(
  fc.constantFrom('', ' ', '0', '-1', '1,5', '1.234', '16/11/2026', '46342', '04', '05', '07', '4'),
  fc.constantFrom(
    '9999999999999',
    '0959997214',
    '1E+48',
    '#REF!',
    'a@b.example',
    '001-001-1',
    'SI',
  ),
  fc.constantFrom(
    '=1+1',
    "'=1",
    '__proto__',
    'constructor',
    '<b>',
    '\u202e',
    '\u0000',
    '1'.repeat(99),
  ),
  fc.string({ unit: 'binary' }),
  fc.string(),
)

describe.each(templates)('rows of $kind', ({ kind, columns }) => {
  it('of any cells are judged with Spanish sentences, and never without a reason', () => {
    const row = fc.array(cell, { minLength: columns.length, maxLength: columns.length })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const numbered = rows.map((cells, at) => ({ row: at + 2, cells }))
        const { draft, faults, warnings } = checkReceipt(kind, numbered, { today: TODAY })
        expect(draft === null).toBe(faults.length > 0)
        for (const { row, column, message, value } of [...faults, ...warnings]) {
          expect(row).toBeLessThan(2 + rows.length)
          expect(column === null || columns.some(({ name }) => name === column)).toBe(true)
          expect(message).toMatch(/^[A-ZÁÉÍÓÚ«].{10,}\.$/u)
          // Between the marks stands what was typed, which may be anything.
          expect(message).not.toMatch(/«(undefined|null|NaN)»/)
          expect(message.replace(/«.*»/su, '')).not.toMatch(/undefined|null|NaN|\$\{/)
          expect(value).not.toMatch(/\p{C}/u)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('with an endless cell are judged like others', () => {
    for (const filling of [' ', '@', '0', "'", '=', '|', '.', ':', '[']) {
      const cells = columns.map(() => `1${filling.repeat(100_000)}x`)
      const { faults } = checkReceipt(kind, [{ row: 2, cells }], { today: TODAY })
      expect(faults.length).toBeGreaterThan(0)
    }
  })
})
