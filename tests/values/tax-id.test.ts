import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalTaxId,
  equivalentTaxIds,
  isCedula,
  isRuc,
  maskTaxId,
  rucCheck,
} from '#src/values/tax-id.ts'

/** A cédula that holds, built from any nine digits of a real province. */
const anyCedula = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 24 }), fc.constant(30)),
    fc.integer({ min: 0, max: 9_999_999 }),
  )
  .map(([province, rest]) => {
    const body = `${String(province).padStart(2, '0')}${String(rest).padStart(7, '0')}`
    const last = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(isCedula)
    if (last === undefined) throw new Error('No check digit holds')
    return last
  })

describe('cédula', () => {
  it.each(['2459992505', '2459990848'])('%s holds', (text) => expect(isCedula(text)).toBe(true))

  it.each(['2459992504', '2559992505', '0059992505', '245999250', '24599925055', '24599925O5', ''])(
    '%j does not',
    (text) => expect(isCedula(text)).toBe(false),
  )

  it('has exactly one check digit', () => {
    fc.assert(
      fc.property(anyCedula, (cedula) => {
        const body = cedula.slice(0, 9)
        const holding = Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).filter(isCedula)
        expect(holding).toEqual([cedula])
      }),
    )
  })
})

describe('RUC', () => {
  it.each(['1790016919001', '0990049459001', '1768157600001', '1760013210001', '2459990848001'])(
    '%s holds',
    (text) => expect(rucCheck(text)).toBe('holds'),
  )

  it.each(['0993377115001', '0993379955001', '0993390469001', '1793194515001'])(
    '%s is of a new company: unverified, but a RUC',
    (text) => {
      expect(rucCheck(text)).toBe('unverified')
      expect(isRuc(text)).toBe(true)
    },
  )

  it('wants the tail 001', () => expect(isRuc('1790016919002')).toBe(false))
})

describe('one person, two identifications', () => {
  it('knows a natural person by both', () => {
    fc.assert(
      fc.property(anyCedula, (cedula) => {
        const ruc = `${cedula}001`
        expect(equivalentTaxIds(cedula)).toEqual(
          equivalentTaxIds(ruc).length === 2 ? [cedula, ruc] : [cedula],
        )
        expect(equivalentTaxIds(ruc)).toContain(ruc)
        expect(equivalentTaxIds(cedula)).toContain(cedula)
      }),
    )
    expect(equivalentTaxIds('2459990848001')).toEqual(['2459990848', '2459990848001'])
  })

  it('leaves companies, public bodies and passports alone', () => {
    for (const id of [
      '1790016919001',
      '1768158410001',
      '1768157600001',
      'AB123456',
      '1793194515001',
    ]) {
      expect(equivalentTaxIds(id)).toEqual([id])
    }
  })

  it('is symmetric', () => {
    const anyId = fc.oneof(
      anyCedula,
      anyCedula.map((id) => `${id}001`),
      fc.stringMatching(/^\d{10}001$/),
    )
    fc.assert(
      fc.property(anyId, (id) => {
        for (const other of equivalentTaxIds(id)) {
          expect(equivalentTaxIds(other)).toEqual(equivalentTaxIds(id))
        }
      }),
    )
  })
})

describe('the canonical form', () => {
  it.each([
    [' 2459992505 ', '2459992505'],
    ['245999250-5', '2459992505'],
    ['1790016919 001', '1790016919001'],
    ['ab 123-x', 'AB123-X'],
  ])('of %j is %j', (text, canonical) => expect(canonicalTaxId(text)).toBe(canonical))

  it.each([
    '',
    '   ',
    '２４５９９９２５０５',
    'a\u200bb',
    '<script>',
    'x'.repeat(21),
    'a\u0000',
    "a'b",
  ])('refuses %j', (text) => expect(canonicalTaxId(text)).toBeNull())

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 25 }), (text) => {
        const once = canonicalTaxId(text)
        if (once !== null) expect(canonicalTaxId(once)).toBe(once)
      }),
    )
  })
})

it('masks all but the ends', () => {
  expect(maskTaxId('0912345214')).toBe('09•• ••• 214')
  expect(maskTaxId('0912345214001')).toBe('09•• ••• 214 001')
  expect(maskTaxId('AB12')).toBe('••••')
})
