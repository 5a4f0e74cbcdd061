import fs from 'node:fs'
import path from 'node:path'
import type { AuditEntry } from '../../../../audit/audit-store.ts'
import { record } from '../../../../audit/audit-store.ts'
import type { Db } from '../../../../db/open.ts'
import { transaction } from '../../../../db/transaction.ts'
import type { Staff } from '../../../../identity/person.ts'
import { holdRight } from '../../../../identity/staff/right-store.ts'
import type { DocumentKind } from '../../../../sri/kinds.ts'
import { documentKinds } from '../../../../sri/kinds.ts'
import type { Keys } from '../../../../values/keys.ts'
import type { Upload } from '../../../../web/uploads.ts'
import { addJob } from '../../../../work/job-store.ts'
import { READ_LOT } from '../../dry-run/read-lot.ts'
import type { Lot, LotFile } from '../../lot.ts'
import { lotSubject } from '../../lot.ts'
import { lotsFolder, removeLotFolder } from '../../lot-folder.ts'
import { addLot, lotById } from '../../lot-store.ts'
import type { ReceiveRefusal } from '../messages.ts'
import { takeFiles, uploadRefusal } from './take-files.ts'

export interface ReceiveNeeds {
  db: Db
  keys: Pick<Keys, 'audit'>
  random: (length: number) => Buffer
  now: () => Date
  dataDir: string
}

export type Received =
  | { ok: true; lot: Lot }
  /** `name` is the file that it is about, when it is about one; `chosen` is what it was said to be. */
  | { ok: false; refusal: ReceiveRefusal; name: string | null; chosen?: string }

/** The field of the form that says what the files are: empty, or the slug of a kind of document. */
const KIND_FIELD = 'tipo'

/**
 * Takes the files of a lot in, straight to the disk, and has it read. Whatever stops it half-way
 * leaves nothing behind: neither files nor a lot.
 */
export async function receiveLot(
  needs: ReceiveNeeds,
  actor: Staff,
  uploads: AsyncGenerator<Upload>,
): Promise<Received> {
  const name = needs.random(16).toString('hex')
  const folder = path.join(lotsFolder(needs.dataDir), name)
  let kept = false
  let chosen = ''
  try {
    await fs.promises.mkdir(folder, { recursive: true, mode: 0o700 })
    const first = await uploads.next()
    if (first.done) return { ok: false, refusal: 'no-file', name: null }
    chosen = first.value.fields[KIND_FIELD] ?? ''
    const documentKind = kindOf(chosen)
    const kind = documentKind === null ? 'documents' : 'rows'
    const taken = await takeFiles(folder, kind, resumed(first.value, uploads), String)
    if (!taken.ok) return { ...taken, chosen }
    const received = await addReceived(
      needs,
      actor,
      { kind, documentKind, folder: name },
      taken.files,
    )
    kept = received.ok
    return received
  } catch (error) {
    const refusal = uploadRefusal(error)
    if (refusal === null) throw error
    return { ok: false, refusal, name: null, chosen }
  } finally {
    if (!kept) await removeLotFolder(folder)
  }
}

function kindOf(slug: string): DocumentKind | null {
  return documentKinds.find((kind) => kind.slug === slug)?.kind ?? null
}

async function* resumed(first: Upload, rest: AsyncGenerator<Upload>): AsyncGenerator<Upload> {
  yield first
  yield* rest
}

async function addReceived(
  { db, keys, now }: ReceiveNeeds,
  actor: Staff,
  about: Pick<Lot, 'kind' | 'documentKind'> & { folder: string },
  files: readonly LotFile[],
): Promise<Received> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'lots.load'))) {
      return { ok: false, refusal: 'signed-out', name: null }
    }
    const { loginId } = actor
    const lot = { ...about, status: 'reading', loadedBy: loginId, files } as const
    const id = await addLot(tx, lot, now())
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint: null, createdBy: loginId }
    await addJob(tx, job, now())
    const received = await lotById(tx, id)
    const entry: AuditEntry = {
      actor: `login:${loginId}`,
      action: 'lot.loaded',
      subject: lotSubject(received),
      detail: { files: files.length },
    }
    await record(tx, keys.audit, entry, now())
    return { ok: true, lot: received }
  })
}
