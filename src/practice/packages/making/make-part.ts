import fs from 'node:fs/promises'
import type { Log } from '../../../context.ts'
import type { Db } from '../../../db/open.ts'
import { type Tx, transaction } from '../../../db/transaction.ts'
import type { Policy } from '../../../policy/policy.ts'
import { noteReadings } from '../../../receipts/reading-store.ts'
import type { Clients } from '../../../receipts/scope/clients.ts'
import type { RidePool } from '../../../ride/ride-pool.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import type { JobEnd } from '../../../work/job-worker.ts'
import { packageProblems } from '../messages.ts'
import type { Package } from '../package.ts'
import { addPart, packageById } from '../package-store.ts'
import { hasRoom } from '../packages-folder.ts'
import { covers } from '../scope.ts'
import { scopeOfOwner } from '../scope-store.ts'
import { changesSince } from './changes-since.ts'
import type { Content } from './contents.ts'
import { contentsOf } from './contents.ts'
import { endPart, sumsOf } from './end-part.ts'
import { Naming } from './naming.ts'
import type { PackedFile, PackedRow } from './packed-row.ts'
import { readRows } from './packed-row.ts'
import type { NewFile } from './part-writer.ts'
import { finishPart, hashFile, isFinished, PartWriter, partFiles } from './part-writer.ts'
import type { Progress } from './progress.ts'
import { isOf, nextPart, partSize } from './progress.ts'
import { sealsOf, wantedOf } from './wanted.ts'

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

/** Why it does not go on; `moved`: what is in it became another's, and it has to begin anew. */
type Halt = JobEnd | 'moved'
type MadePart = Halt | Progress

/** What is noted of a receipt that was written: its files are not held until then. */
type Put = Pick<Content, 'share' | 'receipt'> & { readonly given: boolean }

/** One part on its way. */
export class PartMaking {
  readonly #needs: MakeNeeds
  readonly #job: HeldJob
  readonly #package: Package
  readonly #folder: string
  readonly #writer: PartWriter
  readonly #naming: Naming
  readonly #clients: Clients
  #progress: Progress

  private constructor(
    needs: MakeNeeds,
    job: HeldJob,
    one: Package,
    folder: string,
    opened: { progress: Progress; writer: PartWriter; naming: Naming; clients: Clients },
  ) {
    this.#needs = needs
    this.#job = job
    this.#package = one
    this.#folder = folder
    this.#progress = opened.progress
    this.#writer = opened.writer
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
    for (let n = 1; n < progress.part; n += 1) if (!(await isFinished(folder, n))) return null
    const { clients } = await scopeOfOwner(needs.db, one, needs.now())
    const naming = new Naming(one.scope, clients)
    const writer = await PartWriter.open(folder, progress.part, progress)
    if (writer === null) return null
    const making = new PartMaking(needs, job, one, folder, { progress, writer, naming, clients })
    await making.#takeNames().catch(async (error: unknown) => {
      await writer.close()
      throw error
    })
    return making
  }

  /** What earlier parts have, and a worker before this one put in, has its names already. */
  async #takeNames(): Promise<void> {
    for await (const row of this.#allRows(this.#progress.rowBytes)) this.#naming.take(row)
  }

  /** The rows of the package so far, part by part; of this one, so many bytes of them. */
  async *#allRows(rowBytes: number): AsyncGenerator<PackedRow> {
    const { part } = this.#progress
    for (let n = 1; n < part; n += 1) {
      const { list } = partFiles(this.#folder, n)
      yield* readRows(list, (await fs.stat(list)).size)
    }
    yield* readRows(partFiles(this.#folder, part).list, rowBytes)
  }

  async run(): Promise<MadePart> {
    try {
      const end = await this.#fill()
      return end ?? (await this.#finish())
    } finally {
      await this.#writer.close()
    }
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

  async #put({ share, receipt, xml, sha256, pdf, missing }: Content): Promise<void> {
    const taxpayer = this.#naming.taxpayerAt(share)
    const xmlWanted = xml !== null && this.#package.format !== 'pdf'
    const files: PackedFile[] = []
    if (pdf !== null || xmlWanted) {
      const stem = this.#naming.stemOf(share, receipt)
      const day = receipt.issuedOn
      const add = async (file: Pick<NewFile, 'bytes' | 'deflate' | 'sha256'>, extension: string) =>
        files.push(await this.#writer.add({ ...file, day, name: `${stem}.${extension}` }))
      if (pdf !== null) await add({ bytes: pdf, deflate: false }, 'pdf')
      if (xmlWanted) await add({ bytes: xml, sha256, deflate: true }, 'xml')
    }
    await this.#writer.addRow({ taxpayer, receipt, sha256, files, missing })
  }

  /** Ends a step: what it wrote is on the disk, and then in the database, with who read what. */
  async #note(step: readonly Put[]): Promise<Halt | null> {
    const { db, dataDir, now } = this.#needs
    const place = await this.#writer.settle()
    if (!(await hasRoom(dataDir, 0))) return { as: 'failed', problem: packageProblems.room }
    const { loginId, sessionId, scope } = this.#package
    const last = step.at(-1)
    if (!last) return null
    const { share, receipt } = last
    const progress: Progress = {
      ...this.#progress,
      ...place,
      rows: this.#progress.rows + step.length,
      seen: this.#progress.seen + step.length,
      after: { share, day: receipt.issuedOn, id: receipt.id },
    }
    const given = step.filter((one) => one.given).map((one) => one.receipt)
    const halt = await transaction(db, async (tx) => {
      const found = await this.#haltNow(tx)
      if (found !== null) return found
      await noteReadings(tx, { loginId, sessionId, scope }, 'zip', given, now())
      await this.#job.note(tx, { done: progress.seen, total: this.#total, checkpoint: progress })
      return null
    })
    if (halt !== null) return halt
    this.#progress = progress
    return this.#job.goesOn ? null : { as: 'stopped' }
  }

  /** Whoever is let in no longer is told so, and no file with what they may not see remains. */
  async #haltNow(tx: Tx): Promise<Halt | null> {
    const { scope } = await packageById(tx, this.#package.id)
    if (!isOf(this.#progress, scope)) return 'moved'
    const { scope: now } = await scopeOfOwner(tx, this.#package, this.#needs.now())
    if (!covers(now, scope)) return { as: 'failed', problem: packageProblems.permission }
    return null
  }

  get #total(): number {
    return this.#package.receipts
  }

  async #finish(): Promise<MadePart> {
    const { db, policy } = this.#needs
    const { id, format, parts, query } = this.#package
    const { part, seen } = this.#progress
    const { list, finished } = partFiles(this.#folder, part)
    const { rowBytes } = await this.#writer.settle()
    const rows = () => readRows(list, rowBytes)
    const sums = await sumsOf(rows)
    const seals = await sealsOf(db, this.#package, this.#naming, sums.taxpayers)
    const changes = this.#isLast
      ? await changesSince(db, this.#package, this.#allRows(rowBytes))
      : { come: 0, gone: 0 }
    const bank = policy.brand.name
    await endPart(
      this.#writer,
      { bank, query, format, part, parts, changes, sums, seals },
      rows,
      this.#clients,
    )
    await finishPart(this.#folder, part)
    const sha256 = await hashFile(finished)
    const { size: bytes } = await fs.stat(finished)
    const done = { packageId: id, n: part, receipts: sums.all.receipts, missing: sums.missing }
    const progress = nextPart(this.#progress)
    const halt = await transaction(db, async (tx) => {
      const found = await this.#haltNow(tx)
      if (found !== null) return found
      await addPart(tx, { ...done, bytes, sha256 })
      await this.#job.note(tx, { done: seen, total: this.#total, checkpoint: progress })
      return null
    })
    if (halt !== null) return halt
    return this.#job.goesOn || part === parts ? progress : { as: 'stopped' }
  }
}
