const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** For how long something lasts, in one unit: «4 min», «3 h», «2 días». */
export function lastWords(seconds: number): string {
  if (seconds < MINUTE) return 'menos de 1 min'
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`
  return `${Math.floor(seconds / DAY)} días`
}

/** «hace 4 min» */
export function agoWords(then: Date, now: Date): string {
  return `hace ${lastWords((now.getTime() - then.getTime()) / 1_000)}`
}
