import { checkAmounts } from '../../sri/checking/check-amounts.ts'
import { checkCodes } from '../../sri/checking/check-codes.ts'
import { checkKey } from '../../sri/checking/check-key.ts'
import { checkRecipient } from '../../sri/checking/check-recipient.ts'
import type { ReceiptDocument } from '../../sri/documents/document.ts'
import { readContent } from '../../sri/documents/read-content.ts'
import type { Problem } from '../../sri/messages.ts'
import { printedRecipient } from '../../sri/recipients.ts'
import type { SriMessage } from '../../sri/service/sri-service.ts'
import { decodeXml } from '../../sri/xml/xml-text.ts'
import { isCedula } from '../../values/tax-id.ts'
import { sriMessage, stageOf } from './sri-messages.ts'

/** Whether a document is signed as it must be; the reason is for `informacionAdicional`. */
export type SignatureCheck = (
  bytes: Uint8Array,
) => { readonly ok: true } | { readonly ok: false; readonly reason: string }

export interface AuthorizationFacts {
  readonly verifySignature: SignatureCheck
  /** RUCs that are not active, and `RUC-001` for an establishment that is closed. */
  readonly closed: readonly string[]
  /** The code that somebody wants said of this document, an error or a warning; null for none. */
  readonly wanted: string | null
}

export interface AuthorizationVerdict {
  readonly authorized: boolean
  readonly messages: readonly SriMessage[]
}

/**
 * What the SRI decides in its own time about a document that it received, in its order and at the
 * first thing that is wrong: issuer, signature, key, recipient, codes, amounts.
 */
export function judgeAuthorization(
  bytes: Uint8Array,
  facts: AuthorizationFacts,
): AuthorizationVerdict {
  const decoded = decodeXml(bytes)
  const content = decoded.ok ? readContent(decoded.text) : null
  // Reception has read these very bytes.
  if (!content?.ok) throw new Error('A document was received that cannot be read')
  const { document } = content
  const fault = faultOf(document, bytes, facts)
  return fault === null
    ? { authorized: true, messages: warningsOf(document, facts.wanted) }
    : { authorized: false, messages: [fault] }
}

function faultOf(
  document: ReceiptDocument,
  bytes: Uint8Array,
  { verifySignature, closed, wanted }: AuthorizationFacts,
): SriMessage | null {
  const { ruc = '', estab = '' } = document.content.infoTributaria ?? {}
  if (closed.includes(ruc)) return sriMessage('2', ruc)
  if (closed.includes(`${ruc}-${estab}`)) return sriMessage('10', estab)
  if (wanted !== null && stageOf(wanted) === 'authorization') return sriMessage(wanted)
  const signature = verifySignature(bytes)
  if (!signature.ok) return sriMessage('39', signature.reason)
  return (
    firstOf('58', checkKey(document)) ??
    firstOf('69', checkRecipient(document)) ??
    firstOf('64', checkCodes(document)) ??
    firstOf('52', checkAmounts(document))
  )
}

/** Reasons of one code come in one message. */
const REASONS_MAX = 3

function firstOf(code: string, problems: readonly Problem[]): SriMessage | null {
  if (problems.length === 0) return null
  const reasons = problems.slice(0, REASONS_MAX).map(({ reason }) => reason)
  return sriMessage(code, reasons.join(' '))
}

/** What the SRI remarks on and authorises all the same. */
function warningsOf(document: ReceiptDocument, wanted: string | null): SriMessage[] {
  const warnings = wanted === null ? [] : [sriMessage(wanted)]
  if (document.content.infoTributaria?.ambiente === '1') warnings.push(sriMessage('60'))
  if (document.kind === 'delivery-note') return warnings
  const { type, id = '' } = printedRecipient(document)
  if (type === '05' && !isCedula(id)) warnings.push(sriMessage('62', id))
  return warnings
}
