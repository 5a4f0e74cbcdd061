import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCount, groupThousands } from '#src/values/count.ts'

test('a count has a point between thousands', () => {
  expect([0, 1, 999, 1000, 1_234_567].map(formatCount)).toEqual([
    '0',
    '1',
    '999',
    '1.000',
    '1.234.567',
  ])
})

test('a count says no fraction', () => {
  expect([999.4, 999.5].map(formatCount)).toEqual(['999', '1.000'])
})

test('points stand before every third digit from the right, and nowhere else', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,30}$/), (digits) => {
      const groups = groupThousands(digits).split('.')
      expect(groups.join('')).toBe(digits)
      expect(groups.slice(1).every((group) => group.length === 3)).toBe(true)
      expect(groups[0]?.length).toBeLessThanOrEqual(3)
    }),
  )
})
