import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Staff } from '../../../identity/person.ts'
import { allWaitingAbout } from '../../../identity/staff/approvals/approval-store.ts'
import { holdRight } from '../../../identity/staff/right-store.ts'
import { dayOf } from '../../../values/day.ts'
import type { Keys } from '../../../values/keys.ts'
import { checkReceipt } from '../../rows/check-receipt.ts'
import type { SheetRow } from '../../rows/drafts/line.ts'
import type { Fault } from '../../rows/fault.ts'
import type { Lot } from '../lot.ts'
import { lotSubject } from '../lot.ts'
import { holdLot, keepSummary, moveLot } from '../lot-store.ts'
import { emptySummary } from '../lot-summary.ts'
import { findRows, isTakenInLot } from '../rows/draft-store.ts'
import { keepRows, takenReference } from '../rows/foresee-rows.ts'
import { holdRowCredits } from '../rows/hold-row-credits.ts'
import { nameIssuers } from '../rows/name-issuers.ts'

interface MendNeeds {
  db: Db
  keys: Pick<Keys, 'audit'>
  now: () => Date
}

export type Mended =
  | { ok: true }
  | { ok: false; refusal: 'moved' | 'proposed' | 'signed-out' }
  /** Still wrong: nothing was kept. */
  | { ok: false; refusal: 'faulty'; faults: readonly Fault[] }

/**
 * Takes the rows of one bad receipt as somebody corrected them on the screen. When they are good now,
 * the receipt is one of the lot's, which waits to be published (again). Not while somebody decides on
 * the lot: they would decide on another one than they saw.
 *
 * @param rows in the order of the template, as many as the receipt has
 */
export async function mendRow(
  { db, keys, now }: MendNeeds,
  actor: Staff,
  { id, documentKind }: Lot,
  n: number,
  rows: readonly SheetRow[],
): Promise<Mended> {
  if (documentKind === null) return { ok: false, refusal: 'moved' }
  const checked = checkReceipt(documentKind, rows, { today: dayOf(now()) })
  if (checked.draft === null) return { ok: false, refusal: 'faulty', faults: checked.faults }
  return transaction(db, async (tx): Promise<Mended> => {
    if (!(await holdRight(tx, actor, 'lots.load'))) return { ok: false, refusal: 'signed-out' }
    const lot = await holdLot(tx, id)
    if ((await allWaitingAbout(tx, lotSubject(lot))).length > 0)
      return { ok: false, refusal: 'proposed' }
    const there = await findRows(tx, id, n)
    const open = there?.outcome === 'refused' || there?.outcome === 'repeated'
    const still = ['ready', 'published', 'stopped'].includes(lot.status)
    if (!open || !still) return { ok: false, refusal: 'moved' }
    const reference = (rows[0]?.cells[0] ?? '').trim()
    if (await isTakenInLot(tx, id, n, reference)) {
      const row = rows[0]?.row ?? 0
      return { ok: false, refusal: 'faulty', faults: [takenReference(row, reference, lot.number)] }
    }
    const [named = { ...checked, rows }] = await nameIssuers(tx, [{ ...checked, rows }])
    if (named.draft === null) return { ok: false, refusal: 'faulty', faults: named.faults }
    const [held] = await holdRowCredits(tx, id, [named])
    if (held) return { ok: false, refusal: 'faulty', faults: [held] }
    const summary = structuredClone(lot.summary ?? emptySummary())
    summary.outcomes[there.outcome] = (summary.outcomes[there.outcome] ?? 1) - 1
    await keepRows(tx, lot, [{ ...checked, n, reference, rows }], summary)
    await keepSummary(tx, id, summary)
    await moveLot(tx, id, ['published'], 'ready')
    const entry: AuditEntry = {
      actor: `login:${actor.loginId}`,
      action: 'lot.row-mended',
      subject: lotSubject(lot),
      detail: { row: n },
    }
    await record(tx, keys.audit, entry, now())
    return { ok: true }
  })
}
