import { issue } from '#fixtures/certificates/certificates.ts'
import { bancoCeibo } from '#fixtures/receipts/draft.ts'
import { createSigner } from '../sri/signature/signer.ts'

const YEAR_MS = 365 * 24 * 3_600_000

let signer: { sign(xml: string, signedAt: Date): string } | undefined

/** What the fictitious bank signed with in the years before, from the same authority of nobody's. */
export function pastSigner(now: Date): { sign(xml: string, signedAt: Date): string } {
  const [from, to] = [-2, 1].map((years) => {
    return new Date(now.getTime() + years * YEAR_MS).toISOString()
  }) as [string, string]
  signer ??= createSigner(issue({ ruc: bancoCeibo.ruc, from, to }), 'rsa-sha1')
  return signer
}
