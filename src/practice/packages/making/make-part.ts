import fs from 'node:fs/promises'
import type { Log } from '../../../context.ts'
import type { Db } from '../../../db/open.ts'
import { transaction } from '../../../db/transaction.ts'
import type { Policy } from '../../../policy/policy.ts'
import { noteReadings } from '../../../receipts/reading-store.ts'
import type { Clients } from '../../../receipts/scope/clients.ts'
import { NO_SHEETS } from '../../../ride/merged/merged-sheets.ts'
import type { RidePool } from '../../../ride/ride-pool.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import { packageProblems } from '../messages.ts'
import { filesOf, type Package } from '../package.ts'
import { addPart } from '../package-store.ts'
import { freeBytes } from '../packages-folder.ts'
import { scopeOfOwner } from '../scope-store.ts'
import { changesSince } from './changes-since.ts'
import { type Content, contentsOf } from './contents.ts'
import { endPart, sumsOf } from './end-part.ts'
import { MergedWriter } from './merged-writer.ts'
import { Naming } from './naming.ts'
import type { PackedFile } from './packed-row.ts'
import { readRows } from './packed-row.ts'
import type { NewFile } from './part-writer.ts'
import {
  finishPart,
  hashFile,
  hasPartsBefore,
  PartWriter,
  partFiles,
  rowsUpTo,
} from './part-writer.ts'
import type { Halt, Progress } from './progress.ts'
import { haltNow, nextPart, partSize } from './progress.ts'
import { proofsOf, wantedOf } from './wanted.ts'

export interface MakeNeeds {
  db: Db
  dataDir: string
  ridePool: Pick<RidePool, 'draw'>
  policy: Pick<Policy, 'brand'>
  keys: { seal: Buffer }
  now: () => Date
  log: Log
}

/** Receipts written, brought to the disk and noted at a time. */
const STEP = 128

type MadePart = Halt | Progress

/** What is noted of a receipt that was written: its files are not held until then. */
type Put = Pick<Content, 'share' | 'receipt'> & { readonly given: boolean }

/** What a part is made with. */
interface Opened {
  readonly folder: string
  readonly progress: Progress
  readonly writer: PartWriter
  readonly merged: MergedWriter | null
  readonly naming: Naming
  readonly clients: Clients
}

/** One part on its way. */
export class PartMaking {
  readonly #needs: MakeNeeds
  readonly #job: HeldJob
  readonly #package: Package
  readonly #folder: string
  readonly #writer: PartWriter
  readonly #merged: MergedWriter | null
  readonly #naming: Naming
  readonly #clients: Clients
  #progress: Progress

  private constructor(needs: MakeNeeds, job: HeldJob, one: Package, opened: Opened) {
    this.#needs = needs
    this.#job = job
    this.#package = one
    this.#folder = opened.folder
    this.#progress = opened.progress
    this.#writer = opened.writer
    this.#merged = opened.merged
    this.#naming = opened.naming
    this.#clients = opened.clients
  }

  static async open(
    needs: MakeNeeds,
    job: HeldJob,
    one: Package,
    folder: string,
    progress: Progress,
  ): Promise<PartMaking | null> {
    if (!(await hasPartsBefore(folder, progress.part))) return null
    const { clients } = await scopeOfOwner(needs.db, one, needs.now())
    const naming = new Naming(one.scope, clients)
    const writer = await PartWriter.open(folder, progress.part, progress)
    if (writer === null) return null
    const isMerged = filesOf(one).merged
    const place = progress.merged ?? NO_SHEETS
    const merged = isMerged ? await MergedWriter.open(folder, progress.part, place) : null
    if (isMerged && merged === null) {
      await writer.close()
      return null
    }
    const opened = { folder, progress, writer, merged, naming, clients }
    const making = new PartMaking(needs, job, one, opened)
    await making.#takeNames().catch(async (error: unknown) => {
      await making.#close()
      throw error
    })
    return making
  }

  /** What earlier parts have, and a worker before this one put in, has its names already. */
  async #takeNames(): Promise<void> {
    const { part, rowBytes } = this.#progress
    for await (const row of rowsUpTo(this.#folder, part, rowBytes)) this.#naming.take(row)
  }

  async run(): Promise<MadePart> {
    try {
      const end = await this.#fill()
      return end ?? (await this.#finish())
    } finally {
      await this.#close()
    }
  }

  async #close(): Promise<void> {
    await this.#writer.close()
    await this.#merged?.close()
  }

  /** Null when the part is full, or there is no more. */
  async #fill(): Promise<Halt | null> {
    const { db, log, ridePool } = this.#needs
    const room = this.#isLast ? Number.POSITIVE_INFINITY : partSize(this.#package)
    // Stopped after its last step and before its end: one receipt more would make other parts of it.
    if (this.#progress.rows >= room) return null
    const onError = (error: unknown) => log.error({ err: error }, 'receipt not packed')
    const contents = contentsOf(
      { db, ridePool, onError },
      wantedOf(this.#package),
      this.#progress.after,
    )
    let step: Put[] = []
    for await (const content of contents) {
      const { share, receipt, xml } = content
      await this.#put(content)
      step.push({ share, receipt, given: xml !== null })
      const full = this.#progress.rows + step.length >= room
      if (step.length < STEP && !full) continue
      const end = await this.#note(step)
      if (end || full) return end
      step = []
    }
    return step.length > 0 ? this.#note(step) : null
  }

  get #isLast(): boolean {
    return this.#progress.part === this.#package.parts
  }

  async #put({ share, receipt, xml, sha256, pdf, pages, missing }: Content): Promise<void> {
    const taxpayer = this.#naming.taxpayerAt(share)
    const wanted = filesOf(this.#package)
    const own: Pick<NewFile, 'name' | 'bytes' | 'deflate' | 'sha256'>[] = []
    if (pdf !== null && wanted.pdf) own.push({ name: 'pdf', bytes: pdf, deflate: false })
    if (xml !== null && wanted.xml) own.push({ name: 'xml', bytes: xml, sha256, deflate: true })
    const files: PackedFile[] = []
    const stem = own.length > 0 ? this.#naming.stemOf(share, receipt) : ''
    for (const { name, ...file } of own) {
      const named = { ...file, day: receipt.issuedOn, name: `${stem}.${name}` }
      files.push(await this.#writer.add(named))
    }
    const row = { taxpayer, receipt, sha256, files, missing }
    const page = pages && (await this.#merged?.add(pages, this.#naming.markOf(share, receipt)))
    await this.#writer.addRow(page ? { ...row, page } : row)
  }

  /** Ends a step: what it wrote is on the disk, and then in the database, with who read what. */
  async #note(step: readonly Put[]): Promise<Halt | null> {
    const { db, dataDir, now } = this.#needs
    const place = await this.#writer.settle()
    const merged = await this.#merged?.settle()
    if ((await freeBytes(dataDir)) < 0) return { as: 'failed', problem: packageProblems.room }
    const { receipts: total } = this.#package
    const last = step.at(-1)
    if (!last) return null
    const { share, receipt } = last
    const progress: Progress = {
      ...this.#progress,
      ...place,
      ...(merged ? { merged } : {}),
      rows: this.#progress.rows + step.length,
      seen: this.#progress.seen + step.length,
      after: { share, day: receipt.issuedOn, id: receipt.id },
    }
    const given = step.filter((one) => one.given).map((one) => one.receipt)
    const halt = await transaction(db, async (tx) => {
      const found = await haltNow(tx, this.#package, this.#progress, now())
      if (found !== null) return found
      await noteReadings(tx, this.#package, 'zip', given, now())
      await this.#job.note(tx, { done: progress.seen, total, checkpoint: progress })
      return null
    })
    if (halt !== null) return halt
    this.#progress = progress
    return this.#job.goesOn ? null : { as: 'stopped' }
  }

  async #finish(): Promise<MadePart> {
    const { db, now, policy } = this.#needs
    const { id, format, alsoMerged, parts, query } = this.#package
    const { part, seen } = this.#progress
    const { list, finished, merged } = partFiles(this.#folder, part)
    const { rowBytes } = await this.#writer.settle()
    const rows = () => readRows(list, rowBytes)
    const sums = await sumsOf(rows)
    const proofs = await proofsOf(db, this.#package, this.#naming, sums.taxpayers)
    const changes = this.#isLast
      ? await changesSince(db, this.#package, rowsUpTo(this.#folder, part, rowBytes))
      : { come: 0, gone: 0 }
    const bank = policy.brand.name
    await endPart(
      this.#writer,
      { bank, query, format, alsoMerged, part, parts, changes, sums, ...proofs },
      rows,
      this.#clients,
      this.#merged,
    )
    await finishPart(this.#folder, part)
    const sha256 = await hashFile(finished)
    const { size: bytes } = await fs.stat(finished)
    const done = { packageId: id, n: part, receipts: sums.all.receipts, missing: sums.missing }
    const progress = nextPart(this.#progress)
    const halt = await transaction(db, async (tx) => {
      const found = await haltNow(tx, this.#package, this.#progress, now())
      if (found !== null) return found
      await addPart(tx, { ...done, bytes, sha256 })
      await this.#job.note(tx, { done: seen, total: this.#package.receipts, checkpoint: progress })
      return null
    })
    if (halt !== null) return halt
    await fs.rm(merged, { force: true })
    return this.#job.goesOn || part === parts ? progress : { as: 'stopped' }
  }
}
