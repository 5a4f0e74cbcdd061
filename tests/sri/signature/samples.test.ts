import fs from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { describeWithShared } from '../../support/judges.ts'

interface Sample {
  file: string
  signature: string
  signature_algorithm?: string
  test_signature?: string
  references?: number
}

/** What a sample's own note says is wrong with it, beyond what xmlsec1 looks at. */
const FAULTS: readonly [note: RegExp, code: string][] = [
  [/amount changed after signing/, 'document-altered'],
  [/SignatureValue flipped/, 'value-mismatch'],
  [/had expired before the signing time/, 'certificate-expired'],
  [/names another RUC/, 'other-ruc'],
]

/** Signed by a developers' tool, with its own certificate: an authority's that names nobody. */
const OF_NOBODY = [
  'notaDebito_1.0.0_sintetica_firmada.xml',
  'retencion_1.0.0_sintetica_firmada.xml',
]

function expectedFault(sample: Sample): string | null {
  if (sample.signature === 'absent') return 'no-signature'
  if (OF_NOBODY.includes(sample.file)) return 'certificate-of-authority'
  return FAULTS.find(([note]) => note.test(sample.test_signature ?? ''))?.[1] ?? null
}

describeWithShared('the signatures of the data pack', (shared) => {
  const folder = path.join(shared, 'sri', 'samples')
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'MANIFEST.json'), 'utf8')) as {
    files: Sample[]
  }

  it.each(manifest.files)('$file is what the manifest says of it', (sample) => {
    const report = verifySignature(fs.readFileSync(path.join(folder, sample.file)))
    expect(report.fault?.code ?? null).toBe(expectedFault(sample))
    expect(report.verified).toBe(report.fault === null)
    if (sample.signature === 'absent') return
    const { parts } = report
    // What xmlsec1 calls OK is these two, and what it does not is one of them.
    const intact = parts.references.result !== 'fails' && parts.value.result !== 'fails'
    expect(intact).toBe(sample.signature === 'OK')
    expect(parts.coverage).toEqual({ result: 'holds' })
    expect(parts.signingCertificate).toEqual({ result: 'holds' })
    expect(report.facts?.algorithm).toBe(sample.signature_algorithm)
    const encrypts = /only has keyEncipherment/.test(sample.test_signature ?? '')
    expect(parts.purpose.result === 'doubtful').toBe(encrypts)
    expect(report.facts?.signedAt === null).toBe(/no SigningTime/.test(sample.test_signature ?? ''))
  })
})
