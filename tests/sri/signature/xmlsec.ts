import type { X509Certificate } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runTool } from '../../support/judges.ts'

const XADES = 'http://uri.etsi.org/01903/v1.3.2#'
const DS = 'http://www.w3.org/2000/09/xmldsig#'

/** What xmlsec1 says of a signed receipt: whether value and all references hold; throws when not. */
export function xmlsecVerifies(xml: string, certificate: X509Certificate): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'portal-xmlsec-'))
  try {
    const [file, pem] = [path.join(folder, 'signed.xml'), path.join(folder, 'certificate.pem')]
    fs.writeFileSync(file, xml)
    fs.writeFileSync(pem, certificate.toString())
    const root = /<([A-Za-z]+) [^>]*id="comprobante"/.exec(xml)?.[1] ?? ''
    const ids = [`${XADES}:SignedProperties`, `${DS}:KeyInfo`, `${DS}:Object`]
    runTool('xmlsec1', [
      '--verify',
      ...['--enabled-key-data', 'x509,rsa', '--pubkey-cert-pem', pem],
      ...['--id-attr:id', root],
      ...ids.flatMap((name) => ['--id-attr:Id', name]),
      file,
    ])
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}
