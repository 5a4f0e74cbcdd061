import type { Db } from '../../db/open.ts'
import { ISSUANCES } from '../../identity/staff/rights.ts'
import type { ListedIssuance } from '../../issuing/issuance/list-store.ts'
import { listedIssuances } from '../../issuing/issuance/list-store.ts'
import { NotFound } from '../../web/errors/errors.ts'

/** The document that an address names; 404 for any other. */
export async function issuanceAt(db: Db, id: number): Promise<ListedIssuance> {
  const issuance = (await listedIssuances(db, [id])).get(id)
  if (!issuance) throw noSuchIssuance()
  return issuance
}

export function noSuchIssuance(): NotFound {
  return new NotFound({ action: { href: ISSUANCES, text: 'Ver los envíos' } })
}
