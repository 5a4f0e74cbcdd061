import type { Figure } from '../../figures/figure.ts'
import { dayOf } from '../../values/day.ts'
import { FAILURES } from './sentences.ts'

/** What the SRI says of a document, as the bank counts it; `silent`: nothing that could be heard. */
export const SRI_ANSWERS = ['authorized', 'returned', 'unauthorized', 'clashing', 'silent'] as const

export type SriAnswer = (typeof SRI_ANSWERS)[number]

/** How the names of these figures begin. */
export const ANSWERED = 'sri.'

/** The figure of the documents that were answered so on a day: each answer once, however often it came. */
export function answerFigure(answer: SriAnswer): string {
  return `${ANSWERED}${answer}`
}

/** What is counted of an event of a document's story; null for what is on its way or the bank's own. */
function answerOf(what: string, code: string | null): SriAnswer | null {
  if (code !== null && Object.hasOwn(FAILURES, code)) return 'silent'
  switch (what) {
    case 'authorized':
    case 'returned':
    case 'unauthorized':
      return what
    case 'different':
    case 'number-lost':
      return 'clashing'
    default:
      return null
  }
}

/** What some events of one moment add to the figures of its day. */
export function answerFigures(
  events: readonly { what: string; code: string | null; count?: number }[],
  at: Date,
): Figure[] {
  return events.flatMap(({ what, code, count = 1 }) => {
    const answer = answerOf(what, code)
    if (answer === null) return []
    return [{ name: answerFigure(answer), day: dayOf(at), value: count, cents: 0 }]
  })
}
