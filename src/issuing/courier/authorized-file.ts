import { hash as createDigest } from 'node:crypto'
import type { Packer } from '../../receipts/documents/stored-document.ts'
import { type ReadyReceipt, readyReceipt } from '../../receipts/kept/ready-receipt.ts'
import type { KnownVerdict } from '../../receipts/signatures/signature-verdict.ts'
import { environmentOf } from '../../sri/access-key.ts'
import { readAuthorizedAt } from '../../sri/envelope/authorized-at.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import type { Authorization } from '../../sri/service/sri-service.ts'
import { writeAuthorization } from '../../sri/xml/write-xml.ts'

/**
 * The file that a customer gets of an authorised document, ready to be kept: what was sent, within
 * the SRI's answer, in the form in which the SRI's own portal hands it out. What was found of its
 * signature when it was made still holds while the document in the file is that one, to the byte;
 * else it is left to be found out later, by whoever may take the time: pages wait for this.
 */
export function authorizedFile(
  accessKey: string,
  { signed, known }: { readonly signed: Buffer; readonly known: KnownVerdict | null },
  authorization: Authorization,
  pack: Packer,
): ReadyReceipt {
  const printed = authorization.authorizedAt ?? ''
  const text = writeAuthorization({
    document: signed.toString('utf8'),
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
  const inside = createDigest('sha256', reading.receipt.envelope.comprobante, 'hex')
  return { ...ready, signature: known?.sha256 === inside ? known.verdict : null }
}
