import { expect, it } from 'vitest'
import { holidaysOf } from '#src/values/holidays.ts'

/** As the bank's calendars of those years have them. */
it.each([
  [2022, '01-01 02-28 03-01 04-15 05-02 05-23 08-12 10-10 11-03 11-04 12-25'],
  [2024, '01-01 02-12 02-13 03-29 05-03 05-24 08-09 10-11 11-01 11-04 12-25'],
  [2025, '01-01 03-03 03-04 04-18 05-02 05-23 08-11 10-10 11-03 11-04 12-25'],
  [2026, '01-01 02-16 02-17 04-03 05-01 05-25 08-10 10-09 11-02 11-03 12-25'],
])('knows the days of rest of %d', (year, days) => {
  const found = [...holidaysOf(year).keys()].sort()
  expect(found).toEqual(days.split(' ').map((day) => `${year}-${day}`))
})

it('says what each is for', () => {
  const named = holidaysOf(2026)
  expect([...named.values()].filter((name) => name === 'Carnaval')).toHaveLength(2)
  expect(named.get('2026-05-25' as never)).toBe('Batalla de Pichincha')
})
