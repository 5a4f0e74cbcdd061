import crypto from 'node:crypto'
import { environmentOf } from '../../sri/access-key.ts'
import type { ReceiptDocument } from '../../sri/documents/document.ts'
import { readAuthorizedAt } from '../../sri/envelope/authorized-at.ts'
import { inspectReceipt } from '../../sri/inspect-receipt.ts'
import type { SriService } from '../../sri/service/sri-service.ts'
import { writeAuthorization } from '../../sri/xml/write-xml.ts'

/** What the SRI authorised under one of our keys, as the file that a customer would get. */
export interface HeldDocument {
  readonly file: Buffer
  readonly sha256: string
  /** Where it differs from what we sent; the first of them. */
  readonly differences: readonly Difference[]
}

/** A text that is not the same in both. */
export interface Difference {
  /** The SRI's path; `firma` when nothing but the signature differs. */
  readonly path: string
  readonly ours: string
  readonly theirs: string
}

export type HeldRefusal =
  /** It does not answer now. */
  | 'silent'
  /** It answers, and none of what it says is AUTORIZADO with a document. */
  | 'not-authorized'
  /** What it sends is not a receipt of this key. */
  | 'unreadable'

/** Asks the SRI what it authorised under a key, and compares that with the file that we sent. */
export async function heldDocument(
  sri: Pick<SriService, 'authorization'>,
  accessKey: string,
  sent: Buffer | null,
): Promise<HeldDocument | HeldRefusal> {
  const answered = await sri.authorization(accessKey)
  if (!answered.ok) return 'silent'
  const found = answered.answer.authorizations.find(
    ({ state, document, number }) =>
      state.trim().toUpperCase() === 'AUTORIZADO' &&
      (document ?? '').trim() !== '' &&
      (number === null || number.trim() === accessKey),
  )
  if (!found) return 'not-authorized'
  const printed = found.authorizedAt ?? ''
  const file = Buffer.from(
    writeAuthorization({
      document: found.document ?? '',
      status: found.state.trim(),
      number: accessKey,
      authorizedAt: readAuthorizedAt(printed) ?? printed,
      environment: environmentOf(accessKey.charAt(23)) ?? 'production',
    }),
  )
  const theirs = inspectReceipt(file)
  if (!theirs.ok || theirs.document.content.infoTributaria?.claveAcceso !== accessKey) {
    return 'unreadable'
  }
  const ours = sent && inspectReceipt(sent)
  const sha256 = crypto.createHash('sha256').update(file).digest('hex')
  const differences = ours?.ok ? differencesOf(ours.document, theirs.document) : []
  return { file, sha256, differences }
}

const SHOWN_MAX = 30
const VALUE_MAX = 200

function differencesOf(ours: ReceiptDocument, theirs: ReceiptDocument): Difference[] {
  const [own, other] = [textsOf(ours.content), textsOf(theirs.content)]
  const paths = new Set([...own.keys(), ...other.keys()])
  const different = [...paths].filter((path) => own.get(path) !== other.get(path))
  if (different.length === 0) {
    return [{ path: 'firma', ours: 'La que se envió', theirs: 'Otra, u otra escritura del XML' }]
  }
  return different.slice(0, SHOWN_MAX).map((path) => ({
    path,
    ours: (own.get(path) ?? '').slice(0, VALUE_MAX),
    theirs: (other.get(path) ?? '').slice(0, VALUE_MAX),
  }))
}

/** Every text of a document by its path, items counted from 1. */
function textsOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]])
  if (typeof value !== 'object' || value === null) return new Map()
  const inner = Array.isArray(value)
    ? value.map((item, at) => [`${path}[${at + 1}]`, item] as const)
    : Object.entries(value).map(
        ([name, item]) => [path === '' ? name : `${path}.${name}`, item] as const,
      )
  return new Map(inner.flatMap(([place, item]) => [...textsOf(item, place)]))
}
