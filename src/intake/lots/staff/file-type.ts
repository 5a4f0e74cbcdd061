import fs from 'node:fs/promises'

/** As much as tells what a file is. */
const HEAD_BYTES = 512
const ZIP = '504b'

/** Why a file is none that a lot is made of; null when it may be. Looks at its beginning only. */
export async function fileObjection(
  file: string,
  name: string,
): Promise<'empty' | 'wrong-type' | null> {
  const head = await headOf(file)
  if (head.length === 0) return 'empty'
  if (head.subarray(0, 2).toString('hex') === ZIP) return null
  // The mark of UTF-8, blanks, and then the first tag.
  const text = head.toString('latin1').replace(/^(?:\u00ef\u00bb\u00bf)?\s*/, '')
  return text.startsWith('<') && !/\.(?:html?|svg)$/i.test(name) ? null : 'wrong-type'
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
