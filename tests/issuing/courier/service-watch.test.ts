import { expect, test } from 'vitest'
import { ServiceWatch } from '#src/issuing/courier/service-watch.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 30, 15, 0, seconds))
const LOST = { kind: 'timeout', detail: 'Sin respuesta' } as const

/** What is said of a service whose silences began and ended at these seconds. */
function silences(watch: ServiceWatch, ...asked: [from: number, to: number][]) {
  return asked.map(([from, to]) => {
    const { heard } = watch.heard('reception', LOST, { askedAt: at(from), now: at(to) })
    return typeof heard === 'object' ? 'down' : heard
  })
}

test('three silences in a row are an outage, of that service alone', () => {
  const watch = new ServiceWatch()
  expect(silences(watch, [0, 20], [1, 21], [2, 22])).toEqual(['silent', 'silent', 'down'])
  const other = watch.heard('authorization', LOST, { askedAt: at(3), now: at(23) })
  expect(other.heard).toBe('silent')
})

test('requests that were lost together are no outage of a service that answered others meanwhile', () => {
  const watch = new ServiceWatch()
  watch.heard('reception', null, { askedAt: at(4), now: at(5) })
  expect(silences(watch, [0, 20], [0, 20], [0, 20], [4, 24])).not.toContain('down')
  expect(silences(watch, [5, 25], [6, 26], [7, 27])).toEqual(['silent', 'silent', 'down'])
})
