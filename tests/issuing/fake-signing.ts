import crypto from 'node:crypto'
import type { Signing } from '#src/issuing/making/signing.ts'
import { VERIFIED } from '#src/receipts/signatures/signature-verdict.ts'

/** Signs with a hash instead of a key: what matters here is that it is there and that it fits. */
export function openSigning(data: unknown): Signing {
  const { secret } = data as { secret: string }
  const hashOf = (xml: string) => crypto.createHmac('sha256', secret).update(xml).digest('base64')
  return {
    sign(xml, signedAt) {
      const end = xml.lastIndexOf('</')
      const signature = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>${hashOf(xml)}</ds:SignatureValue><ds:SigningTime>${signedAt.toISOString()}</ds:SigningTime></ds:Signature>`
      return xml.slice(0, end) + signature + xml.slice(end)
    },
    judge(signed) {
      const bare = signed.replace(/<ds:Signature .*<\/ds:Signature>/, '')
      const value = /<ds:SignatureValue>(.*)<\/ds:SignatureValue>/.exec(signed)?.[1]
      const holds = secret !== 'broken' && value === hashOf(bare)
      const signer = { signerName: 'BANCO CEIBO', signerRuc: null, signedAt: null }
      return holds
        ? { code: VERIFIED, fault: null, ...signer }
        : { code: 'other', fault: 'La firma no corresponde al documento.', ...signer }
    },
  }
}

export const SIGNING = {
  module: import.meta.url,
  data: { secret: 'ceibo' },
}
