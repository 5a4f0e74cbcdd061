import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkDigit,
  checkDigitHolds,
  composeAccessKey,
  findAccessKeyIn,
  parseAccessKey,
} from '#src/sri/access-key.ts'
import { documentKinds } from '#src/sri/kinds.ts'
import { addDays, type Day } from '#src/values/day.ts'

const HOLDING = [
  '1702201205176001321000110010030001000011234567816',
  '2111202405176001321000110010010000001241234567810',
  '0107202601179135268800120150270001617400016174011',
  '3105201501119000221300120010260000866211234567814',
]
const BROKEN = [
  '2111202401176001321000110010010000011171234567810',
  '0403201301176815353000110015010000000081234567816',
]

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`))
const anyFields = fc.record({
  issuedOn: fc.integer({ min: 0, max: 18_000 }).map((days) => addDays('2012-01-01' as Day, days)),
  kind: fc.constantFrom(...documentKinds.map(({ kind }) => kind)),
  issuerRuc: digits(10).map((start) => `${start}001`),
  environment: fc.constantFrom('test' as const, 'production' as const),
  establishment: digits(3),
  issuePoint: digits(3),
  sequence: digits(9),
  numericCode: digits(8),
  emissionType: fc.constantFrom('1', '2'),
})

describe('the check digit', () => {
  it.each(HOLDING)('holds in %s', (key) => expect(checkDigitHolds(key)).toBe(true))
  it.each(BROKEN)('does not hold in %s, though it was printed officially', (key) => {
    expect(parseAccessKey(key)).toEqual({ ok: false, reason: 'check-digit' })
  })

  it('notices any single digit that is changed', () => {
    const place = fc.integer({ min: 0, max: 47 })
    fc.assert(
      fc.property(digits(48), place, fc.integer({ min: 1, max: 9 }), (body, at, shift) => {
        const other = String((Number(body[at]) + shift) % 10)
        const changed = `${body.slice(0, at)}${other}${body.slice(at + 1)}`
        // Eleven remainders share ten digits: 0 and 10 are told apart only by luck.
        const pair = [checkDigit(body), checkDigit(changed)].sort().join('')
        if (pair !== '01' && pair !== '11' && pair !== '00') {
          expect(checkDigit(changed)).not.toBe(checkDigit(body))
        }
      }),
    )
  })
})

describe('a key', () => {
  it('comes apart into the fields it was composed of', () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const parsed = parseAccessKey(composeAccessKey(fields))
        expect(parsed.ok && parsed.fields).toEqual(fields)
      }),
    )
  })

  it('names what is wrong with it', () => {
    const rebuilt = (body: string) => `${body}${checkDigit(body)}`
    const body = HOLDING[0]?.slice(0, 48) ?? ''
    const reasonOf = (key: string) => {
      const parsed = parseAccessKey(key)
      return parsed.ok ? null : parsed.reason
    }
    expect(reasonOf('123')).toBe('not-49-digits')
    expect(reasonOf(rebuilt(`3102${body.slice(4)}`))).toBe('impossible-date')
    expect(reasonOf(rebuilt(`${body.slice(0, 8)}02${body.slice(10)}`))).toBe('unknown-kind')
    expect(reasonOf(rebuilt(`${body.slice(0, 23)}3${body.slice(24)}`))).toBe('unknown-environment')
    expect(reasonOf(rebuilt(`${body.slice(0, 47)}4`))).toBe('unknown-emission-type')
  })

  it('is not composed of parts that are no digits', () => {
    const [fields] = fc.sample(anyFields, 1)
    if (fields === undefined) throw new Error('No sample')
    expect(() => composeAccessKey({ ...fields, sequence: '12' })).toThrow(RangeError)
  })
})

describe('a key that was pasted', () => {
  const key = HOLDING[0] ?? ''
  it.each([
    key,
    ` ${key}\n`,
    key.replaceAll(/(.{7})/g, '$1 '),
    key.replaceAll(/(.{10})/g, '$1-\n'),
    `Clave de acceso: ${key}`,
    `Factura 001-002-000000123, clave ${key}, total $5`,
  ])('is found in %j', (text) => expect(findAccessKeyIn(text)).toEqual({ ok: true, key }))

  it.each(['1,70220120517600E+48', '1.7022E+48', '1.70220120517600 E+48'])(
    'is lost in the spreadsheet number %s',
    (text) => expect(findAccessKeyIn(text)).toEqual({ ok: false, reason: 'spreadsheet' }),
  )

  it('is not invented', () => {
    expect(findAccessKeyIn('hola')).toEqual({ ok: false, reason: 'none' })
    expect(findAccessKeyIn(key.slice(1))).toEqual({ ok: false, reason: 'not-49-digits' })
    expect(findAccessKeyIn(BROKEN[0] ?? '')).toEqual({ ok: false, reason: 'check-digit' })
  })
})
