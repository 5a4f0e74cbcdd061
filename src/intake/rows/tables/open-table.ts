import fs from 'node:fs/promises'
import { readCsv } from './csv-table.ts'
import { type TableRefusalCode, TableRefused } from './refusal.ts'
import type { RawRows } from './table.ts'
import { readXlsx } from './xlsx-sheet.ts'

/** What a file of rows may measure. */
export const TABLE_MEGABYTES_MAX = 100

const BYTES_MAX = TABLE_MEGABYTES_MAX * 1024 * 1024
const HEAD_BYTES = 4_096

/**
 * The rows of a CSV file or workbook, told apart by what they are, not by how they are called.
 * Throws `TableRefused` at once, or when something on the way leaves the rest of the file unclear.
 */
export async function* openTable(path: string, names: ReadonlySet<string>): RawRows {
  const handle = await fs.open(path, 'r')
  try {
    const { size } = await handle.stat()
    if (size === 0) throw new TableRefused('empty')
    if (size > BYTES_MAX) throw new TableRefused('too-large')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    const head = buffer.subarray(0, bytesRead)
    if (isZip(head)) yield* readXlsx(path)
    else {
      const code = isOldOffice(head) ? await oldOffice(handle) : strangerIn(head)
      if (code !== null) throw new TableRefused(code)
      yield* readCsv(handle, names)
    }
  } finally {
    await handle.close()
  }
}

function isZip(head: Buffer): boolean {
  return /^504b0(?:304|506)/.test(head.toString('hex', 0, 4))
}

function isOldOffice(head: Buffer): boolean {
  return head.toString('hex', 0, 8) === 'd0cf11e0a1b11ae1'
}

const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le')

/** A workbook with a password goes in the same wrapping as the books of former years. */
async function oldOffice(handle: fs.FileHandle): Promise<TableRefusalCode> {
  return (await handle.readFile()).includes(ENCRYPTED) ? 'has-password' : 'is-xls'
}

/** PNG, JPEG, gzip, RAR, 7z, GIF. */
const OTHERS = /^(?:89504e47|ffd8ff|1f8b|52617221|377abcaf|47494638)/

/** What begins like something else than text in rows. */
function strangerIn(head: Buffer): TableRefusalCode | null {
  const mark = head.toString('hex', 0, 2)
  if (mark === 'fffe' || mark === 'feff') return 'is-utf16'
  const text = head
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
  if (text.startsWith('%PDF')) return 'is-pdf'
  if (/^<(?:!doctype\s+html|html|table|meta|head)/i.test(text)) return 'is-html'
  if (text.startsWith('<')) return 'is-xml'
  const zeros = head.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0)
  if (zeros * 3 > head.length) return 'is-utf16'
  return OTHERS.test(head.toString('hex', 0, 6)) ? 'not-a-table' : null
}
