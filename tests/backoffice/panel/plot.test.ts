import { expect, it } from 'vitest'
import { slotsOf, stretchOf } from '#src/backoffice/panel/period.ts'
import { barPlot, linePlot } from '#src/backoffice/panel/plot.ts'
import { formatShare, formatShares } from '#src/backoffice/panel/share.ts'
import { agoWords } from '#src/backoffice/panel/words.ts'
import type { Day } from '#src/values/day.ts'

const TODAY = '2026-03-05' as Day

it.each([
  ['21-dias', '2026-02-13', '2026-03-05', 21],
  ['este-mes', '2026-03-01', '2026-03-05', 5],
  ['mes-anterior', '2026-02-01', '2026-02-28', 28],
  ['este-ano', '2026-01-01', '2026-03-05', 3],
] as const)('%s goes from %s to %s, in %i steps', (period, from, to, steps) => {
  const stretch = stretchOf(period, TODAY)
  expect(stretch.days).toEqual({ from, to })
  expect(slotsOf(stretch)).toHaveLength(steps)
  expect(stretch.before.to < stretch.days.from).toBe(true)
})

it('knows the days of rest of both years where a stretch has two', () => {
  const slots = slotsOf(stretchOf('21-dias', '2026-01-04' as Day))
  expect(slots.flatMap(({ short, holiday }) => (holiday ? [`${short}: ${holiday}`] : []))).toEqual([
    '25 dic: Navidad',
    '1 ene: Año Nuevo',
  ])
})

const SLOTS = slotsOf(stretchOf('este-mes', TODAY))

it.each([
  [0, '4'],
  [4, '4'],
  [5, '8'],
  [17, '20'],
  [101, '200'],
  [1_601, '2.000'],
  [123_456, '200.000'],
  [20_000_001, '40.000.000'],
])('gives a bar of %i an axis up to %s, in whole numbers', (value, top) => {
  const { ticks } = barPlot(SLOTS, [{ name: 'A', tone: 'g-1', values: [value, 0, 0, 0, 0] }])
  expect(ticks[0]).toBe(top)
  expect(new Set(ticks).size).toBe(5)
})

it('puts the series of a day one upon the other, and leaves out what is nothing', () => {
  const { bars, width } = barPlot(SLOTS, [
    { name: 'Enviados', tone: 'g-1', values: [2, 0, 0, 0, 4] },
    { name: 'Sin entregar', tone: 'g-3', values: [1, 0, 0, 0, 0] },
  ])
  expect(width).toBe(50)
  expect(bars[0]).toEqual({
    title: '1 mar 2026: Enviados 2, Sin entregar 1',
    pieces: [
      { tone: 'g-1', x: 1.5, y: 50, width: 7, height: 50 },
      { tone: 'g-3', x: 1.5, y: 25, width: 7, height: 25 },
    ],
  })
  expect(bars[1]?.pieces).toEqual([])
})

it('draws a line through the middle of each day', () => {
  const { line } = linePlot(SLOTS, { name: 'A', tone: 'g-1', values: [0, 1, 2, 3, 4] })
  expect(line).toBe('5,100 15,75 25,50 35,25 45,0')
})

it('never calls a part the whole, nor something nothing', () => {
  expect(formatShare(99_999, 100_000)).toBe('99,9 %')
  expect(formatShare(1, 100_000)).toBe('menos de 0,1 %')
  expect(formatShare(7, 7)).toBe('100 %')
  expect(formatShare(0, 0)).toBe('–')
})

it('prints the parts of a whole so that they add up to it, and none that is not all as all', () => {
  expect(formatShares([1, 1, 1])).toEqual(['33,4 %', '33,3 %', '33,3 %'])
  expect(formatShares([2, 4, 1, 0])).toEqual(['28,6 %', '57,1 %', '14,3 %', '0 %'])
  expect(formatShares([99_999, 1])).toEqual(['99,9 %', 'menos de 0,1 %'])
  expect(formatShares([9_996, 4])).toEqual(['99,9 %', 'menos de 0,1 %'])
  expect(formatShares([7, 0])).toEqual(['100 %', '0 %'])
  expect(formatShares([0, 0])).toEqual(['–', '–'])
})

it('says how long ago in one unit', () => {
  const now = new Date('2026-03-05T12:00:00Z')
  const ago = (seconds: number) => agoWords(new Date(now.getTime() - seconds * 1_000), now)
  expect([0, 59, 60, 3_599, 3_600, 172_799, 172_800].map(ago)).toEqual([
    'hace menos de 1 min',
    'hace menos de 1 min',
    'hace 1 min',
    'hace 59 min',
    'hace 1 h',
    'hace 47 h',
    'hace 2 días',
  ])
})
