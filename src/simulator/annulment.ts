import { parseAccessKey } from '../sri/access-key.ts'
import { inspectReceipt } from '../sri/inspect-receipt.ts'
import type { DocumentKind } from '../sri/kinds.ts'
import { recipientsOf } from '../sri/recipients.ts'
import type { Day } from '../values/day.ts'
import { addDays, firstOfMonth, formatDay } from '../values/day.ts'
import { holidaysOf } from '../values/holidays.ts'

/** Documents whose annulment the other side has to accept. */
const WITH_CONSENT: ReadonlySet<DocumentKind> = new Set([
  'credit-note',
  'debit-note',
  'withholding',
])

type Annullable =
  | { readonly ok: true; readonly needsConsent: boolean }
  | { readonly ok: false; readonly reason: string }

/** Whether an authorised document may still be annulled, and whether somebody has to agree. */
export function annullable(key: string, document: Uint8Array, today: Day): Annullable {
  const parsed = parseAccessKey(key)
  const inspection = inspectReceipt(document)
  if (!parsed.ok || !inspection.ok)
    return { ok: false, reason: 'La clave de acceso no es posible.' }
  const last = lastDayOf(parsed.fields.issuedOn)
  if (today > last) {
    return { ok: false, reason: `Se podía anular hasta el ${formatDay(last)}.` }
  }
  if (inspection.document.kind === 'invoice' && recipientsOf(inspection.document).length === 0) {
    return { ok: false, reason: 'Una factura a consumidor final no se puede anular.' }
  }
  return { ok: true, needsConsent: WITH_CONSENT.has(parsed.fields.kind) }
}

/** The seventh of the month after, or the working day that follows it. */
function lastDayOf(issuedOn: Day): Day {
  let day = addDays(firstOfMonth(issuedOn, 1), 6)
  while (isDayOfRest(day)) day = addDays(day, 1)
  return day
}

function isDayOfRest(day: Day): boolean {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay()
  return weekday === 0 || weekday === 6 || holidaysOf(Number(day.slice(0, 4))).has(day)
}
