import path from 'node:path'
import type { AuditEntry } from '../../../../audit/audit-store.ts'
import { record } from '../../../../audit/audit-store.ts'
import { transaction } from '../../../../db/transaction.ts'
import type { Staff } from '../../../../identity/person.ts'
import { allWaitingAbout } from '../../../../identity/staff/approvals/approval-store.ts'
import { holdRight } from '../../../../identity/staff/right-store.ts'
import type { Upload } from '../../../../web/uploads.ts'
import { addJob } from '../../../../work/job-store.ts'
import { READ_LOT } from '../../dry-run/read-lot.ts'
import type { Lot, LotFile } from '../../lot.ts'
import { lotSubject } from '../../lot.ts'
import { lotsFolder, removeLotFolder } from '../../lot-folder.ts'
import { addFile, filesOf, holdLot, moveLot } from '../../lot-store.ts'
import { emptySummary } from '../../lot-summary.ts'
import { mendedFrom } from '../../rows/read-rows-lot.ts'
import type { Received, ReceiveNeeds } from './receive-lot.ts'
import { takeFiles, uploadRefusal } from './take-files.ts'

/** Takes a file of mended rows for a lot that was read, and has it read into the lot. */
export async function receiveMended(
  needs: ReceiveNeeds,
  actor: Staff,
  lot: Lot,
  uploads: AsyncIterable<Upload>,
): Promise<Received> {
  // Its files are no longer kept, and a file of the lot has nowhere to lie.
  if (lot.folder === null) return { ok: false, refusal: 'moved', name: null }
  const stored = needs.random(16).toString('hex')
  const folder = path.join(lotsFolder(needs.dataDir), lot.folder)
  let kept = false
  try {
    const taken = await takeFiles(folder, 'rows', uploads, (place) => `${stored}-${place}`)
    const [file] = taken.ok ? taken.files : []
    if (!taken.ok) return taken
    if (!file) return { ok: false, refusal: 'no-file', name: null }
    const received = await addMended(needs, actor, lot, file)
    kept = received.ok
    return received
  } catch (error) {
    // The lot was done with long ago, and its files were just deleted.
    const isGone = (error as { code?: string }).code === 'ENOENT'
    const refusal = isGone ? 'moved' : uploadRefusal(error)
    if (refusal === null) throw error
    return { ok: false, refusal, name: null }
  } finally {
    if (!kept) await removeLotFolder(path.join(folder, `${stored}-1`))
  }
}

const MENDABLE = ['ready', 'published', 'stopped'] as const

async function addMended(
  { db, keys, now }: ReceiveNeeds,
  actor: Staff,
  { id }: Lot,
  file: LotFile,
): Promise<Received> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'lots.load'))) {
      return { ok: false, refusal: 'signed-out', name: null }
    }
    const lot = await holdLot(tx, id)
    // Whoever decides on the lot has to decide on what they saw.
    if ((await allWaitingAbout(tx, lotSubject(lot))).length > 0) {
      return { ok: false, refusal: 'proposed', name: null }
    }
    const mendable = lot.kind === 'rows' && lot.folder !== null
    if (!mendable || !(await moveLot(tx, id, MENDABLE, 'reading'))) {
      return { ok: false, refusal: 'moved', name: null }
    }
    const before = await filesOf(tx, id)
    await addFile(tx, id, file)
    const checkpoint = mendedFrom(before.length, lot.summary ?? emptySummary())
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint }
    await addJob(tx, { ...job, createdBy: actor.loginId }, now())
    const entry: AuditEntry = {
      actor: `login:${actor.loginId}`,
      action: 'lot.mended',
      subject: lotSubject(lot),
      detail: { files: 1 },
    }
    await record(tx, keys.audit, entry, now())
    return { ok: true, lot }
  })
}
