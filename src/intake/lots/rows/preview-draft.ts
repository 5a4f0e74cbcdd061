import type { Db } from '../../../db/open.ts'
import type { Issuer } from '../../../issuing/issuer/issuer.ts'
import { issuerNamed } from '../../../issuing/issuer/issuer.ts'
import { listIssuers, pointFor, pointsOf } from '../../../issuing/issuer/issuer-store.ts'
import { addIssuer } from '../../../issuing/making/add-issuer.ts'
import { writeDocument, XML_DECLARATION } from '../../../sri/xml/write-xml.ts'
import { draftsAt } from './issuing-item-store.ts'

/** Rows are read before anybody is registered who issues: then this stands in the issuer's place. */
const NOBODY: Omit<Issuer, 'id'> = {
  ruc: '0'.repeat(13),
  environment: 'test',
  name: 'EMISOR POR REGISTRAR',
  tradeName: null,
  address: 'POR REGISTRAR',
  legends: {
    keepsAccounts: false,
    specialTaxpayer: null,
    withholdingAgent: null,
    rimpe: null,
    largeTaxpayer: null,
    providerRuc: null,
  },
  algorithm: 'rsa-sha256',
}
const NO_NUMBER = { sequence: 0, accessKey: '0'.repeat(49) }
const ANYWHERE = { establishment: '000', point: '000' }

/**
 * The document that the receipt in rows at a place of a lot will become, as far as it is known
 * before it is issued: its number and key are zeros, it is of the test environment and not signed.
 * Null when no good receipt stands there.
 */
export async function previewDraft(db: Db, lotId: number, n: number): Promise<Buffer | null> {
  const [found] = await draftsAt(db, lotId, [n])
  if (!found) return null
  const { draft } = found
  const named = issuerNamed(await listIssuers(db), draft.issuerRuc)
  const known = typeof named === 'string' ? null : named
  const issuer = known ?? { id: 0, ...NOBODY }
  const wanted = draft.series && {
    establishment: draft.series.establishment,
    point: draft.series.issuePoint,
  }
  const point = pointFor(known ? await pointsOf(db, known.id) : [], wanted)
  const place = { ...ANYWHERE, ...wanted, ...(point && placeOf(point)) }
  const document = addIssuer(draft, {
    issuer,
    address: point?.address ?? issuer.address,
    numbered: { ...place, ...NO_NUMBER, environment: 'test', issuedOn: draft.issuedOn },
  })
  return Buffer.from(`${XML_DECLARATION}\n${writeDocument(document)}`)
}

function placeOf({ establishment, point }: typeof ANYWHERE): typeof ANYWHERE {
  return { establishment, point }
}
