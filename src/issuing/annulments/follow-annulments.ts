import type { AuditEntry } from '../../audit/audit-store.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import { noteEventOf } from '../../receipts/feed/event-store.ts'
import { annulReceipt } from '../../receipts/kept/annulled-store.ts'
import type { SriService } from '../../sri/service/sri-service.ts'
import type { Keys } from '../../values/keys.ts'
import { stopNotesOf } from '../credit-notes/stop-notes.ts'
import type { Annulment, Judged } from './annulment.ts'
import { judgeAnnulment } from './annulment.ts'
import { claimDue, noteJudged } from './annulment-store.ts'

interface FollowNeeds {
  db: Db
  keys: Pick<Keys, 'audit'>
  sri: Pick<SriService, 'consult'>
  now: () => Date
}

const AT_ONCE = 20
/** Longer than it takes to ask after all that were claimed. */
const CLAIM_MS = 15 * 60_000

/** Asks the SRI what became of the annulments that are due; one after another, it is not in a hurry. */
export async function followAnnulments(needs: FollowNeeds): Promise<void> {
  const { db, sri, now } = needs
  for (;;) {
    const at = now()
    const until = new Date(at.getTime() + CLAIM_MS)
    const due = await transaction(db, (tx) => claimDue(tx, at, until, AT_ONCE))
    if (due.length === 0) return
    for (const annulment of due) {
      const answered = await sri.consult(annulment.accessKey)
      await settle(needs, annulment, judgeAnnulment(annulment, answered, now()))
      // The others wait as well: nobody asks after each of a thousand what one has said for all.
      if (!answered.ok) return
    }
  }
}

/** What the answer means and what follows from it, both or neither. */
async function settle(
  { db, keys, now }: FollowNeeds,
  annulment: Annulment,
  judged: Judged,
): Promise<void> {
  const at = now()
  await transaction(db, async (tx) => {
    if (!(await noteJudged(tx, annulment.id, judged, at))) return
    if (judged.state === 'refused' || judged.state === 'lapsed') {
      await noteEventOf(tx, 'annulment-ended', annulment.receiptId, at)
    }
    if (judged.state !== 'annulled' || !(await annulReceipt(tx, annulment.receiptId, at))) return
    await stopNotesOf(tx, annulment.receiptId, at)
    const entry: AuditEntry = {
      actor: 'system',
      action: 'receipt.annulled',
      subject: `receipt:${annulment.accessKey}`,
    }
    await record(tx, keys.audit, entry, at)
  })
}
