import { diag } from 'libxml2-wasm'
import { expect, it } from 'vitest'
import { verifySignature } from '#src/sri/signature/verify-signature.ts'
import { writeDocument } from '#src/sri/xml/write-xml.ts'
import { invoice } from '../support/documents.ts'
import { bancoCeiboSigns } from './documents.ts'
import { signOddly } from './odd-signer.ts'

it('leaves nothing behind outside the reach of the garbage collector', () => {
  const signed = signOddly(writeDocument(invoice()), bancoCeiboSigns(), { mode: 'exclusive' })
  diag.configure({ enabled: true })
  try {
    expect(verifySignature(signed).verified).toBe(true)
    expect(verifySignature(signed.replace('3.45', '3.46')).verified).toBe(false)
    // libxml2 refuses names that the walk before it lets pass.
    const refused = signed.replace('<detalles>', '<a:b:c xmlns:a="urn:a"></a:b:c><detalles>')
    expect(verifySignature(refused).verified).toBe(false)
    expect(diag.report()).toEqual({})
  } finally {
    diag.configure({ enabled: false })
  }
})
