import { lastWords } from '../panel/words.ts'

/** «en 4 min»; «ahora» when it is time. */
export function waitWords(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1_000
  if (seconds <= 0) return 'ahora'
  return seconds < 60 ? `en ${Math.ceil(seconds)} s` : `en ${lastWords(seconds)}`
}
