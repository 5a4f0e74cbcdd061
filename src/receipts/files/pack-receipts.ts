import { once } from 'node:events'
import type { PassThrough, Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { ZipFile } from 'yazl'
import type { Db } from '../../db/open.ts'
import type { RidePool } from '../../ride/ride-pool.ts'
import { GUAYAQUIL_OFFSET } from '../../values/day.ts'
import { checkedDocumentsOf } from '../documents/document-store.ts'
import { DamagedDocument } from '../documents/stored-document.ts'
import { addReadings, type Reader } from '../reading-store.ts'
import { fileStem, isDownloadable, type OwnedReceipt } from '../receipt.ts'
import { receiptsListed, type StoredReceipt } from '../receipt-store.ts'
import type { ReceiptScope } from '../scope/scope.ts'
import { drawReceipt } from './draw-receipt.ts'
import { folderOf, type MissingFile, readmeOf } from './package-words.ts'

/** Which files of each receipt go in. */
export type PackageFormat = 'pdf' | 'xml' | 'ambos'

interface Needs {
  db: Db
  ridePool: Pick<RidePool, 'draw'>
  now: () => Date
  /** Told of what could not be put in; never names a person. */
  onError: (error: unknown) => void
}

/** Receipts fetched, drawn and written at a time: what bounds the memory of a package. */
export const PACKAGE_STRETCH = 40
const DRAWN_AT_ONCE = 4
const DRAWING_TRIES = 60
const BUSY_PAUSE_MILLISECONDS = 250

/**
 * A ZIP of receipts that is made while it is sent, no faster than it is read, and no longer than
 * somebody reads it. The same receipts give the same bytes. What is missing is listed in LEEME.txt.
 */
export function packReceipts(
  needs: Needs,
  reader: Reader,
  stretches: AsyncIterable<readonly OwnedReceipt[]>,
  format: PackageFormat,
): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as PassThrough
  const packing = new Packing(needs, reader, zip, format)
  const fill = async () => {
    for await (const receipts of stretches) {
      if (out.destroyed) return
      await packing.add(receipts)
    }
    packing.close()
  }
  fill().catch((error: unknown) => {
    needs.onError(error)
    out.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  return out
}

interface Made {
  readonly receipt: StoredReceipt
  readonly xml: Buffer | null
  readonly pdf: Uint8Array | null
}

class Packing {
  readonly #needs: Needs
  readonly #reader: Reader
  readonly #zip: ZipFile
  readonly #out: PassThrough
  readonly #format: PackageFormat
  readonly #names = new Set<string>()
  readonly #missing: MissingFile[] = []
  /** What another client of the reader has as well goes in once. */
  readonly #met = new Set<number>()
  #shared = 0
  #packed = 0
  #last = new Date(0)

  constructor(needs: Needs, reader: Reader, zip: ZipFile, format: PackageFormat) {
    this.#needs = needs
    this.#reader = reader
    this.#zip = zip
    this.#out = zip.outputStream as PassThrough
    this.#format = format
  }

  async add(listed: readonly OwnedReceipt[]): Promise<void> {
    const { db, now } = this.#needs
    const given = listed.filter(isDownloadable)
    const rows = await receiptsListed(db, this.#scopeOf(given), given)
    // Each of its owners sees that it was read.
    await addReadings(db, this.#reader, 'zip', rows, now())
    const fresh = this.#unmet(listed)
    for (const receipt of fresh) {
      if (!isDownloadable(receipt)) this.#missing.push({ receipt, reason: receipt.status })
    }
    const owners = new Map(fresh.map(({ id, partyId }) => [id, partyId]))
    const receipts = rows.filter(({ id, partyId }) => owners.get(id) === partyId)
    const documents = await this.#documents(receipts)
    const drawing: Promise<Made>[] = []
    for (const receipt of receipts) {
      drawing.push(this.#make(receipt, documents.get(receipt.id) ?? null))
      if (drawing.length >= DRAWN_AT_ONCE) await this.#write(await drawing.shift())
      if (this.#out.destroyed) break
    }
    for (const made of await Promise.all(drawing)) await this.#write(made)
  }

  /** Those that another client's row has not brought already. */
  #unmet(listed: readonly OwnedReceipt[]): OwnedReceipt[] {
    return listed.filter(({ id }) => {
      const met = this.#met.has(id)
      this.#met.add(id)
      if (met) this.#shared += 1
      return !met
    })
  }

  /** What may be read of those whose receipts these are: of many clients, not every one each time. */
  #scopeOf(receipts: readonly OwnedReceipt[]): ReceiptScope {
    const owners = new Set(receipts.map(({ partyId }) => partyId))
    return this.#reader.scope.filter(({ partyId }) => owners.has(partyId))
  }

  close(): void {
    const counts = { packed: this.#packed, shared: this.#shared, missing: this.#missing }
    const text = readmeOf({ ...counts, format: this.#format })
    this.#zip.addBuffer(Buffer.from(text), 'LEEME.txt', { mtime: this.#last })
    this.#zip.end()
  }

  /** One damaged file does not cost the others. */
  async #documents(receipts: readonly StoredReceipt[]): Promise<Map<number, Buffer>> {
    const { db, onError } = this.#needs
    const ids = receipts.map(({ id }) => id)
    const sound = new Map<number, Buffer>()
    for (const [id, document] of await checkedDocumentsOf(db, ids)) {
      if (document instanceof DamagedDocument) onError(document)
      else sound.set(id, document)
    }
    return sound
  }

  async #make(receipt: StoredReceipt, xml: Buffer | null): Promise<Made> {
    if (xml === null || this.#format === 'xml') return { receipt, xml, pdf: null }
    return { receipt, xml, pdf: await this.#draw(receipt, xml) }
  }

  /** A package can wait for its turn at the drawing threads; single downloads go on meanwhile. */
  async #draw(receipt: StoredReceipt, xml: Buffer): Promise<Uint8Array | null> {
    const { ridePool, onError } = this.#needs
    try {
      for (let tries = 0; tries < DRAWING_TRIES && !this.#out.destroyed; tries += 1) {
        const drawn = await drawReceipt(ridePool, receipt, xml)
        if (drawn.ok) return drawn.pdf
        if (drawn.refusal !== 'busy') return null
        await pause(BUSY_PAUSE_MILLISECONDS)
      }
    } catch (error) {
      onError(error)
    }
    return null
  }

  async #write(made: Made | undefined): Promise<void> {
    if (made === undefined || this.#out.destroyed) return
    const { receipt, xml, pdf } = made
    const wantsPdf = this.#format !== 'xml'
    if (xml === null || (wantsPdf && pdf === null)) {
      this.#missing.push({ receipt, reason: xml === null ? 'no-file' : 'no-pdf' })
    }
    const mtime = new Date(`${receipt.issuedOn}T12:00:00${GUAYAQUIL_OFFSET}`)
    if (mtime > this.#last) this.#last = mtime
    const path = this.#nameFor(receipt)
    if (pdf !== null) {
      this.#zip.addBuffer(Buffer.from(pdf), `${path}.pdf`, { mtime, compress: false })
    }
    if (xml !== null && this.#format !== 'pdf') {
      this.#zip.addBuffer(xml, `${path}.xml`, { mtime })
    }
    if (pdf !== null || (xml !== null && !wantsPdf)) this.#packed += 1
    if (this.#out.writableNeedDrain) await drained(this.#out)
  }

  /** Two receipts of one number and day differ in their keys alone. */
  #nameFor(receipt: StoredReceipt): string {
    const plain = `${folderOf(receipt)}/${fileStem(receipt)}`
    const name = this.#names.has(plain) ? `${plain}_${receipt.accessKey}` : plain
    this.#names.add(name)
    return name
  }
}

/** Until what was written has been read, or nobody will read it any more. */
async function drained(out: PassThrough): Promise<void> {
  const done = new AbortController()
  const { signal } = done
  await Promise.race([once(out, 'drain', { signal }), once(out, 'close', { signal })]).catch(
    () => undefined,
  )
  done.abort()
}
