import fs from 'node:fs/promises'
import type { Lot } from '../../lot.ts'

/** As much as tells what a file is. */
const HEAD_BYTES = 512
const ZIP = '504b'

/**
 * Why a file is none that such a lot is made of; null when it may be. Looks at its beginning only:
 * what a table holds is seen when it is read.
 */
export async function fileObjection(
  file: string,
  name: string,
  kind: Lot['kind'],
): Promise<'empty' | 'wrong-type' | 'wrong-table' | null> {
  const head = await headOf(file)
  if (head.length === 0) return 'empty'
  const isZip = head.subarray(0, 2).toString('hex') === ZIP
  if (kind === 'rows') return isMarkup(head) ? 'wrong-table' : null
  if (isZip) return /\.(?:xlsx|docx|ods)$/i.test(name) ? 'wrong-type' : null
  return isMarkup(head) && !/\.(?:html?|svg)$/i.test(name) ? null : 'wrong-type'
}

/** Whether it begins with a tag, after the mark of UTF-8 and blanks. */
function isMarkup(head: Buffer): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(head.toString('latin1'))
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await fs.open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
