import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { LOTS } from '../../../identity/staff/rights.ts'
import type { Policy } from '../../../policy/policy.ts'
import type { RidePool } from '../../../ride/ride-pool.ts'
import { documentKinds } from '../../../sri/kinds.ts'
import type { Keys } from '../../../values/keys.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import type { Templates } from '../../../web/pages/render.ts'
import type { Lot } from '../lot.ts'
import { parseLotNumber } from '../lot.ts'
import { findLot } from '../lot-store.ts'

/** What the routes of lots need of the outside world. */
export interface LotRouteNeeds {
  ridePool: Pick<RidePool, 'draw'>
  db: Db
  keys: Keys
  policy: Policy
  config: { dataDir: string }
  now: () => Date
  random: (length: number) => Buffer
  templates: Pick<Templates, 'render'>
}

/** What a form offers to load besides authorised documents: rows, by the slug of their kind. */
export const UPLOAD_KINDS = documentKinds.map(({ slug, plural }) => ({ value: slug, text: plural }))

export const ByNumber = Type.Object({ numero: Type.String({ maxLength: 20 }) })

/** The lot that an address names; 404 for any other. */
export async function lotOf(db: Db, text: string): Promise<Lot> {
  const number = parseLotNumber(text)
  const lot = number && (await findLot(db, number))
  if (!lot) throw new NotFound({ action: { href: LOTS, text: 'Ver lotes' } })
  return lot
}
