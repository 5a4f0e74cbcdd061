import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDocumentNumber, parseDocumentNumber } from '#src/values/document-number.ts'

it.each(['001-002-000018710', '001-002-18710', '001002000018710', ' 001-002-000018710 '])(
  'reads %j',
  (text) => expect(parseDocumentNumber(text)).toBe('001-002-000018710'),
)

it.each(['', '1-2-3', '001-002', '001-002-0000187101', '0010020000187', '001/002/000018710'])(
  'refuses %j',
  (text) => expect(parseDocumentNumber(text)).toBeNull(),
)

it('reads back what it prints', () => {
  const part = (max: number) => fc.integer({ min: 0, max }).map(String)
  fc.assert(
    fc.property(part(999), part(999), part(999_999_999), (establishment, point, sequence) => {
      const number = formatDocumentNumber(establishment, point, sequence)
      expect(parseDocumentNumber(number)).toBe(number)
      expect(parseDocumentNumber(number.replaceAll('-', ''))).toBe(number)
    }),
  )
})
