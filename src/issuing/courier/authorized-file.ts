import type { Packer } from '../../receipts/documents/stored-document.ts'
import { type ReadyReceipt, readyReceipt } from '../../receipts/kept/ready-receipt.ts'
import { judgeSignature } from '../../receipts/signatures/judge-signature.ts'
import { environmentOf } from '../../sri/access-key.ts'
import { readAuthorizedAt } from '../../sri/envelope/authorized-at.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import type { Authorization } from '../../sri/service/sri-service.ts'
import { writeAuthorization } from '../../sri/xml/write-xml.ts'

/**
 * The file that a customer gets of an authorised document, ready to be kept: what was sent, within
 * the SRI's answer, in the form in which the SRI's own portal hands it out.
 */
export function authorizedFile(
  accessKey: string,
  signed: Uint8Array,
  authorization: Authorization,
  pack: Packer,
): ReadyReceipt {
  const printed = authorization.authorizedAt ?? ''
  const text = writeAuthorization({
    document: Buffer.from(signed).toString('utf8'),
    status: authorization.state.trim(),
    number: accessKey,
    authorizedAt: readAuthorizedAt(printed) ?? printed,
    environment: environmentOf(accessKey.charAt(23)) ?? 'production',
  })
  const file = Buffer.from(text)
  const reading = readReceipt(file)
  if (!reading.ok)
    throw new Error(`${accessKey} is authorised and not readable: ${reading.refusal.code}`)
  const ready = readyReceipt(reading.receipt, file, `${accessKey}.xml`, pack)
  return { ...ready, signature: judgeSignature(file) }
}
