import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AuditEntry } from '../../../audit/audit-store.ts'
import { record } from '../../../audit/audit-store.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Staff } from '../../../identity/person.ts'
import { holdRight } from '../../../identity/staff/right-store.ts'
import type { Keys } from '../../../values/keys.ts'
import { asBroken, BrokenUpload, type Upload } from '../../../web/uploads.ts'
import { addJob } from '../../../work/job-store.ts'
import { READ_LOT } from '../dry-run/read-lot.ts'
import type { Lot, LotFile } from '../lot.ts'
import { lotSubject } from '../lot.ts'
import { lotsFolder, removeLotFolder } from '../lot-folder.ts'
import { addLot, lotById } from '../lot-store.ts'
import { fileObjection } from './file-type.ts'
import type { ReceiveRefusal } from './messages.ts'

interface ReceiveNeeds {
  db: Db
  keys: Pick<Keys, 'audit'>
  random: (length: number) => Buffer
  now: () => Date
  dataDir: string
}

export type Received =
  | { ok: true; lot: Lot }
  /** `name` is the file that it is about, when it is about one. */
  | { ok: false; refusal: ReceiveRefusal; name: string | null }

/**
 * Takes the files of a lot in, straight to the disk, and has it read. Whatever stops it half-way
 * leaves nothing behind: neither files nor a lot.
 */
export async function receiveLot(
  needs: ReceiveNeeds,
  actor: Staff,
  uploads: AsyncIterable<Upload>,
): Promise<Received> {
  const name = needs.random(16).toString('hex')
  const folder = path.join(lotsFolder(needs.dataDir), name)
  let kept = false
  try {
    await fs.promises.mkdir(folder, { recursive: true, mode: 0o700 })
    const taken = await takeFiles(folder, uploads)
    if (!taken.ok) return taken
    const received = await addReceived(needs, actor, name, taken.files)
    kept = received.ok
    return received
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    return { ok: false, refusal, name: null }
  } finally {
    if (!kept) await removeLotFolder(folder)
  }
}

type Taken = { ok: true; files: LotFile[] } | Extract<Received, { ok: false }>

async function takeFiles(folder: string, uploads: AsyncIterable<Upload>): Promise<Taken> {
  const files: LotFile[] = []
  for await (const { name, bytes } of uploads) {
    // A browser sends an empty part for a field without a file.
    if (name === '') {
      bytes.resume()
      continue
    }
    const file = path.join(folder, String(files.length + 1))
    const meter = new Meter()
    await pipeline(bytes, meter, fs.createWriteStream(file, { mode: 0o600, flush: true }))
    const shown = shownName(name)
    const objection = await fileObjection(file, shown)
    if (objection) return { ok: false, refusal: objection, name: shown }
    files.push({ name: shown, bytes: meter.bytes, sha256: meter.sha256() })
  }
  if (files.length === 0) return { ok: false, refusal: 'no-file', name: null }
  return { ok: true, files }
}

/** Measures what passes through. */
class Meter extends Transform {
  readonly #hash = crypto.createHash('sha256')
  bytes = 0

  override _transform(
    chunk: Buffer,
    _encoding: string,
    done: (error: null, chunk: Buffer) => void,
  ) {
    this.bytes += chunk.length
    this.#hash.update(chunk)
    done(null, chunk)
  }

  sha256(): string {
    return this.#hash.digest('hex')
  }
}

const NAME_MAX = 120

/** What a browser calls a file, without folders, signs that do not show, and endless length. */
function shownName(name: string): string {
  const last = name
    .replace(/^.*[/\\]/, '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
  return last === '' ? 'archivo' : last.slice(-NAME_MAX)
}

async function addReceived(
  { db, keys, now }: ReceiveNeeds,
  actor: Staff,
  folder: string,
  files: readonly LotFile[],
): Promise<Received> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'lots.load'))) {
      return { ok: false, refusal: 'signed-out', name: null }
    }
    const lot = { kind: 'documents', status: 'reading', folder, loadedBy: actor.loginId } as const
    const id = await addLot(tx, { ...lot, files }, now())
    const job = { kind: READ_LOT, subjectId: id, total: null, checkpoint: null }
    await addJob(tx, { ...job, createdBy: actor.loginId }, now())
    const received = await lotById(tx, id)
    const entry: AuditEntry = {
      actor: `login:${actor.loginId}`,
      action: 'lot.loaded',
      subject: lotSubject(received),
      detail: { files: files.length },
    }
    await record(tx, keys.audit, entry, now())
    return { ok: true, lot: received }
  })
}

function refusalOf(error: unknown): ReceiveRefusal | null {
  const broken = asBroken(error)
  if (broken instanceof BrokenUpload) return broken.reason
  return (error as { code?: string }).code === 'ENOSPC' ? 'disk-full' : null
}
