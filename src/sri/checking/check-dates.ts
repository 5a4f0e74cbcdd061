import { type Day, formatDay, parseSriDate } from '../../values/day.ts'
import { accessKeyDay } from '../access-key.ts'
import type { ReceiptDocument } from '../documents/document.ts'
import { type Problem, problem } from '../messages.ts'
import { issuedOnOf } from '../summary.ts'

/**
 * Dates that contradict each other or the calendar of today. How late a document may be sent is
 * not judged here: it matters to who sends it, and the SRI's own window is not published.
 */
export function checkDates(document: ReceiptDocument, today: Day | undefined): Problem[] {
  const problems: Problem[] = []
  const issuedOn = issuedOnOf(document)
  if (today !== undefined && issuedOn !== null && issuedOn > today) {
    problems.push(problem('future-date', 'fechaEmision', { value: formatDay(issuedOn) }))
  }
  if (document.kind === 'delivery-note') problems.push(...checkTransport(document.content))
  if (document.kind === 'credit-note' || document.kind === 'debit-note') {
    const info =
      document.kind === 'credit-note'
        ? document.content.infoNotaCredito
        : document.content.infoNotaDebito
    const changed = dayIn(info?.fechaEmisionDocSustento)
    if (changed !== null && issuedOn !== null && changed > issuedOn) {
      const facts = { expected: 'anterior o igual a la de emisión', value: formatDay(changed) }
      problems.push(problem('dates-reversed', 'fechaEmisionDocSustento', facts))
    }
  }
  return problems
}

/** The SRI's error 82 among them: goods may not leave before the day in the key. */
function checkTransport(
  content: Extract<ReceiptDocument, { kind: 'delivery-note' }>['content'],
): Problem[] {
  const start = dayIn(content.infoGuiaRemision?.fechaIniTransporte)
  const end = dayIn(content.infoGuiaRemision?.fechaFinTransporte)
  const issuedOn = accessKeyDay(content.infoTributaria?.claveAcceso ?? '')
  const problems: Problem[] = []
  if (start !== null && end !== null && end < start) {
    const facts = { expected: 'igual o posterior al inicio del transporte', value: formatDay(end) }
    problems.push(problem('dates-reversed', 'infoGuiaRemision.fechaFinTransporte', facts))
  }
  if (start !== null && issuedOn !== null && start < issuedOn) {
    const facts = { expected: 'igual o posterior a la de emisión', value: formatDay(start) }
    problems.push(problem('dates-reversed', 'infoGuiaRemision.fechaIniTransporte', facts))
  }
  return problems
}

function dayIn(printed: string | undefined): Day | null {
  return printed === undefined ? null : parseSriDate(printed)
}
