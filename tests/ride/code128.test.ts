import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeCode128 } from '#src/ride/pdf/code128.ts'

describe('encodeCode128', () => {
  it('gives an access key 321 modules: 24 pairs, a change of set, a digit, a check', () => {
    expect(encodeCode128('1'.repeat(49)).modules).toBe(11 + 24 * 11 + 11 + 11 + 11 + 13)
  })

  it('leaves no bar over another, for any digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{2,60}$/), (digits) => {
        const { bars, modules } = encodeCode128(digits)
        let end = -1
        for (const [start, width] of bars) {
          expect(start).toBeGreaterThan(end)
          expect(width).toBeGreaterThanOrEqual(1)
          expect(width).toBeLessThanOrEqual(4)
          end = start + width
        }
        expect(end).toBe(modules)
      }),
    )
  })

  it('refuses what is not digits', () => {
    expect(() => encodeCode128('12a4')).toThrow(RangeError)
  })
})
