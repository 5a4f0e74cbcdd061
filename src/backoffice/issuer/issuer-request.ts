import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { ISSUERS } from '../../identity/staff/rights.ts'
import type { Issuer } from '../../issuing/issuer/issuer.ts'
import { issuerByRuc } from '../../issuing/issuer/issuer-store.ts'
import type { PlaceRefusal } from '../../issuing/issuer/place-messages.ts'
import { NotFound, SignInRequired } from '../../web/errors/errors.ts'

/** The issuer of an address; 404 when there is none. */
export async function issuerAt(db: Db, ruc: string): Promise<Issuer> {
  const issuer = await issuerByRuc(db, ruc)
  if (!issuer) throw new NotFound({ action: { href: ISSUERS, text: 'Ver el emisor' } })
  return issuer
}

/** Changes a place as a person who still may when it is done. */
export async function byStaff(
  db: Db,
  actor: Staff,
  change: (tx: Tx, actor: string) => Promise<PlaceRefusal | null>,
): Promise<PlaceRefusal | null> {
  return transaction(db, async (tx) => {
    if (!(await holdRight(tx, actor, 'issuer.manage'))) throw new SignInRequired()
    return change(tx, `login:${actor.loginId}`)
  })
}
