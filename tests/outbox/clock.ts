const START = new Date('2026-11-21T17:00:00.000Z')

/** A clock that stands still until a test moves it. */
export function stoppedClock(start: Date = START) {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    advance: ({ hours = 0, minutes = 0, seconds = 0 }) => {
      time += ((hours * 60 + minutes) * 60 + seconds) * 1000
    },
  }
}
