import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { MissingFile } from '../../../receipts/files/package-words.ts'
import type { OwnedReceipt } from '../../../receipts/receipt.ts'
import type { ZipFile } from './bytes/zip-bytes.ts'

/** A file of the package and the fingerprint that its list gives of it. */
export interface PackedFile extends ZipFile {
  readonly sha256: string
}

/** A receipt that the package has come by: its files, and what is missing of them. */
export interface PackedRow {
  /** RUC or number of whom it belongs to, as its folder is called. */
  readonly taxpayer: string
  readonly receipt: OwnedReceipt
  /** Of its XML, hex, also where that does not go in; empty when there is none. */
  readonly sha256: string
  readonly files: readonly PackedFile[]
  readonly missing: MissingFile['reason'] | null
  /** Where it begins in the one PDF of the part, from 1; absent where it is not in it. */
  readonly page?: number
}

/** As it is kept beside the archive until that is finished. */
export function rowLine(row: PackedRow): string {
  return `${JSON.stringify(row)}\n`
}

/** The rows of a part, as often as one likes and never all of them at once. */
export async function* readRows(file: string, bytes: number): AsyncGenerator<PackedRow> {
  if (bytes === 0) return
  const input = createReadStream(file, { end: bytes - 1 })
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    yield JSON.parse(line)
  }
}
