import crypto from 'node:crypto'

const BLOCK = 16
const ALGORITHM = 'aes-256-ecb'
const MARK = /\bmail-([0-9a-f]{32})@/g

/**
 * The Message-ID of a mail: the same at each try, so that a mail server or a reader can tell the
 * rare repeat (the process died between the server's answer and our note of it) from a second mail.
 * It is the mail's id, encrypted with the number zero before it: one block, so nobody can make one
 * up, and whoever names one has seen the mail. It tells nothing of how many there are.
 *
 * @param key `keys.mail`
 */
export function messageIdOf(key: Buffer, mailId: number, domain: string): string {
  const block = Buffer.alloc(BLOCK)
  block.writeBigUInt64BE(BigInt(mailId), BLOCK / 2)
  const cipher = crypto.createCipheriv(ALGORITHM, key, null).setAutoPadding(false)
  return `<mail-${cipher.update(block).toString('hex')}@${domain}>`
}

/** The id of the first mail of ours whose Message-ID stands in a text; null when none does. */
export function mailNamedIn(key: Buffer, text: string): number | null {
  for (const [, hex = ''] of text.matchAll(MARK)) {
    const decipher = crypto.createDecipheriv(ALGORITHM, key, null).setAutoPadding(false)
    const block = decipher.update(Buffer.from(hex, 'hex'))
    if (block.readBigUInt64BE(0) === 0n) return Number(block.readBigUInt64BE(BLOCK / 2))
  }
  return null
}
