import type MimeNode from 'nodemailer/lib/mime-node'
import * as qp from 'nodemailer/lib/qp'

const LINE_MAX = 76
/** A lone CR too: a server may take it for the end of a line, and what follows for a command. */
const LINE_END = /\r\n|\r|\n/g

/**
 * The bytes of a message that the mail library composed, with its headers and its encodings. Its own
 * streams make the same in many small pieces, each of which crosses five streams and leaves as a
 * packet of its own, which is half the work of sending a mail.
 * Throws when a content is neither text nor bytes.
 */
export function printMessage(message: MimeNode): Buffer {
  return Buffer.from(printPart(message), 'utf8')
}

function printPart(part: MimeNode): string {
  const head = `${part.buildHeaders()}\r\n\r\n`
  if (!part.multipart) return head + encode(part.content, part.getTransferEncoding())
  const parts = part.childNodes.map((child) => `--${part.boundary}\r\n${printPart(child)}\r\n`)
  return `${head}${parts.join('')}--${part.boundary}--\r\n`
}

function encode(content: unknown, encoding: string | false): string {
  if (encoding === 'base64' && Buffer.isBuffer(content)) return fold(content.toString('base64'))
  if (typeof content !== 'string') throw new Error(`A content that is not at hand, in ${encoding}`)
  const text = content.replaceAll(LINE_END, '\r\n')
  return encoding === 'quoted-printable' ? qp.wrap(qp.encode(text)) : text
}

function fold(text: string): string {
  const lines: string[] = []
  for (let at = 0; at < text.length; at += LINE_MAX) lines.push(text.slice(at, at + LINE_MAX))
  return lines.join('\r\n')
}
