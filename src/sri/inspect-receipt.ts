import type { ReceiptDocument } from './documents/document.ts'
import { readContent } from './documents/read-content.ts'
import { type Envelope, readEnvelope } from './envelope/envelope.ts'
import { type Problem, problem, type Refusal } from './messages.ts'
import { decodeXml } from './xml/xml-text.ts'

/** What stands in a file, without judging it. */
export type Inspection =
  | {
      readonly ok: true
      readonly encoding: 'UTF-8' | 'ISO-8859-1'
      readonly envelope: Envelope
      readonly document: ReceiptDocument
      readonly signed: boolean
      readonly oddities: readonly Problem[]
    }
  | { readonly ok: false; readonly refusal: Refusal }

const DIRECTION_CHARACTERS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

/**
 * Opens a file: the gate against hostile XML, the envelope, the document. Says what is in it and
 * refuses only what cannot be read; `readReceipt` judges.
 */
export function inspectReceipt(bytes: Uint8Array): Inspection {
  const decoded = decodeXml(bytes)
  if (!decoded.ok) return decoded
  const envelope = readEnvelope(decoded.text)
  if (!envelope.ok) return envelope
  const { form, comprobante } = envelope.envelope
  const content = readContent(comprobante.trimStart(), form === 'CDATA' || form === 'inline')
  if (!content.ok) return content
  const { document, signed } = content
  const oddities = [...envelope.oddities, ...content.oddities]
  if (DIRECTION_CHARACTERS.test(comprobante)) {
    oddities.push(problem('direction-characters', 'documento'))
  }
  return {
    ok: true,
    encoding: decoded.encoding,
    envelope: envelope.envelope,
    document,
    signed,
    oddities,
  }
}
