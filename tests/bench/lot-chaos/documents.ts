import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import type { ReceiptFile } from '#fixtures/receipts/authorized.ts'
import { manyReceipts, writeZip } from '#fixtures/receipts/many.ts'

/** A receipt as it was made: what the portal must have of it in the end. */
export interface Made {
  readonly key: string
  /** `002-001-000000016`; no two receipts have the same. */
  readonly number: string
  /** The cédula of whose it is. */
  readonly owner: string
  readonly sha256: string
}

/** The files of a run, and all that is in those of the lot. */
export interface Documents {
  /** What the bank had before: as many as it has customers. */
  readonly before: string
  readonly zips: readonly string[]
  readonly made: readonly Made[]
  readonly people: number
}

/** Below what one ZIP may hold: the fixtures' ZIPs have some empty entries as well. */
const ZIP_DOCUMENTS = 25_000
const PEOPLE_MAX = 20_000
/** What each of them gets by the lot, taken all in all. */
const EACH = 5

/** Makes the documents, or takes them from the folder where an earlier run kept as many. */
export async function makeDocuments(folder: string, count: number): Promise<Documents> {
  const people = Math.min(PEOPLE_MAX, Math.ceil(count / EACH))
  const zips = Array.from({ length: Math.ceil(count / ZIP_DOCUMENTS) }, (_, at) =>
    path.join(folder, `lote-${at + 1}-de-${count}.zip`),
  )
  const files = { before: path.join(folder, `antes-de-${count}.zip`), zips, people }
  const list = path.join(folder, `hechos-${count}.json`)
  if (fs.existsSync(list)) return { ...files, made: JSON.parse(fs.readFileSync(list, 'utf8')) }
  fs.mkdirSync(folder, { recursive: true })
  await writeZip(files.before, manyReceipts({ count: people, people, seed: 60 }))
  const made: Made[] = []
  for (const [at, zip] of zips.entries()) {
    const first = at * ZIP_DOCUMENTS
    const part = { count: Math.min(ZIP_DOCUMENTS, count - first), people, seed: 61 + at }
    await writeZip(zip, noted(manyReceipts({ ...part, numberedAfter: people + first }), made))
  }
  fs.writeFileSync(list, JSON.stringify(made))
  return { ...files, made }
}

function* noted(receipts: Iterable<ReceiptFile>, made: Made[]): Generator<ReceiptFile> {
  for (const receipt of receipts) {
    made.push(madeOf(receipt))
    yield receipt
  }
}

const OWNER = /identificacion(?:Comprador|SujetoRetenido|Proveedor)(?:>|&gt;)(\d{10})\b/

function madeOf({ name, xml }: ReceiptFile): Made {
  const key = path.basename(name, '.xml')
  const owner = OWNER.exec(xml)?.[1]
  if (owner === undefined) throw new Error(`Nobody's: ${name}`)
  const number = [key.slice(24, 27), key.slice(27, 30), key.slice(30, 39)].join('-')
  const sha256 = crypto.createHash('sha256').update(xml).digest('hex')
  return { key, number, owner, sha256 }
}
