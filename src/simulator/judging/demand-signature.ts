import { readContent } from '../../sri/documents/read-content.ts'
import { decodeXml } from '../../sri/xml/xml-text.ts'
import type { SignatureCheck } from './judge-authorization.ts'

/** Asks only that there be a signature, and verifies nothing of it. */
export const demandSignature: SignatureCheck = (bytes) => {
  const decoded = decodeXml(bytes)
  const content = decoded.ok ? readContent(decoded.text) : null
  const signed = content?.ok === true && content.signed
  return signed ? { ok: true } : { ok: false, reason: 'El comprobante no está firmado' }
}
