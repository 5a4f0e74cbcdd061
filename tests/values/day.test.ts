import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  type Day,
  dayOf,
  daysBetween,
  firstOfMonth,
  formatDateTime,
  formatDay,
  formatInstant,
  formatLongDay,
  formatTime,
  guayaquilIso,
  parseDay,
  parseSriDate,
  printSriDate,
  rangeOf,
} from '#src/values/day.ts'

const day = (text: string): Day => text as Day
const anyDay = fc.integer({ min: 0, max: 36_500 }).map((days) => addDays(day('1990-01-01'), days))

describe('the calendar of Guayaquil', () => {
  it('still shows the day before while London has midnight behind it', () => {
    expect(dayOf(new Date('2026-11-17T04:59:59Z'))).toBe('2026-11-16')
    expect(dayOf(new Date('2026-11-17T05:00:00Z'))).toBe('2026-11-17')
    expect(formatDateTime(new Date('2026-11-16T23:09:00Z'))).toBe('16 nov 2026, 18:09')
    expect(formatTime(new Date('2026-11-16T05:00:00Z'))).toBe('00:00')
    const late = new Date('2026-11-17T04:59:58.700Z')
    expect(formatInstant(late)).toBe('16 nov 2026, 23:59:58')
    expect(guayaquilIso(late)).toBe('2026-11-16T23:59:58-05:00')
  })

  it('says a day in full', () => {
    expect(formatLongDay(day('2026-11-16'))).toBe('lunes, 16 de noviembre de 2026')
    expect(formatLongDay(day('2026-03-01'))).toBe('domingo, 1 de marzo de 2026')
  })

  it('keeps the instant when it prints the hour of Guayaquil', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (at) => {
        const whole = Math.floor(at.getTime() / 1000) * 1000
        expect(Date.parse(guayaquilIso(at))).toBe(whole)
      }),
    )
  })

  it('counts days across months and leap years', () => {
    expect(addDays(day('2024-02-28'), 1)).toBe('2024-02-29')
    expect(addDays(day('2026-03-01'), -1)).toBe('2026-02-28')
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -4000, max: 4000 }), (from, days) => {
        expect(daysBetween(from, addDays(from, days))).toBe(days)
      }),
    )
  })

  it('sorts as text', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (left, right) => {
        expect(left < right).toBe(daysBetween(left, right) > 0)
      }),
    )
  })
})

describe('days that are typed or printed', () => {
  it.each(['2026-11-16', '16/11/2026', '16-11-26', ' 16.11.2026 ', '16/11/26'])(
    'reads %s',
    (text) => expect(parseDay(text)).toBe('2026-11-16'),
  )

  it.each(['31/02/2026', '29/02/2025', '00/01/2026', '2026-13-01', '16 nov', '', '1/1/1'])(
    'refuses %j',
    (text) => expect(parseDay(text)).toBeNull(),
  )

  it.each([
    '31/02/2026',
    '1/02/2026',
    '2026-11-16',
    '16/11/26',
    '16-11-2026',
    'ab/cd/efgh',
    ' 6/11/2026',
  ])('is no SRI date: %j', (text) => expect(parseSriDate(text)).toBeNull())

  it('are read back as printed', () => {
    fc.assert(
      fc.property(anyDay, (value) => {
        expect(parseSriDate(printSriDate(value))).toBe(value)
        expect(parseDay(value)).toBe(value)
      }),
    )
    expect(formatDay(day('2026-01-05'))).toBe('5 ene 2026')
  })
})

describe('periods', () => {
  const today = day('2026-01-15')
  it.each([
    ['este-mes', '2026-01-01', '2026-01-15'],
    ['mes-anterior', '2025-12-01', '2025-12-31'],
    ['3-meses', '2025-11-01', '2026-01-15'],
    ['este-ano', '2026-01-01', '2026-01-15'],
    ['ano-anterior', '2025-01-01', '2025-12-31'],
  ] as const)('%s runs from %s to %s', (preset, from, to) => {
    expect(rangeOf(preset, today)).toEqual({ from, to })
  })

  it('begin on the first whatever the day', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -30, max: 30 }), (value, months) => {
        expect(firstOfMonth(value, months).endsWith('-01')).toBe(true)
        expect(firstOfMonth(firstOfMonth(value, months), -months)).toBe(firstOfMonth(value))
      }),
    )
  })
})
