import Type from 'typebox'
import type { Db } from '../../../db/open.ts'
import { LOTS } from '../../../identity/staff/rights.ts'
import type { Policy } from '../../../policy/policy.ts'
import type { RidePool } from '../../../ride/ride-pool.ts'
import { documentKinds } from '../../../sri/kinds.ts'
import type { Keys } from '../../../values/keys.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import type { Templates } from '../../../web/pages/render.ts'
import { TABLE_MEGABYTES_MAX } from '../../rows/tables/open-table.ts'
import type { UploadForm } from '../../views.ts'
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
const UPLOAD_KINDS = documentKinds.map(({ slug, plural }) => ({ value: slug, text: plural }))

/** The form for a new lot, with the limits that are in force. */
export function uploadForm(
  intake: Policy['intake'],
  chosen = '',
  problems: Problems = {},
): UploadForm {
  const rowsMegabytesMax = rowsMegabytes(intake)
  return { ...intake, rowsMegabytesMax, kinds: UPLOAD_KINDS, chosen, problems }
}

/** What a file of rows may measure. */
export function rowsMegabytes({ fileMegabytesMax }: Policy['intake']): number {
  return Math.min(fileMegabytesMax, TABLE_MEGABYTES_MAX)
}

export const ByNumber = Type.Object({ numero: Type.String({ maxLength: 20 }) })

/** The lot that an address names; 404 for any other. */
export async function lotOf(db: Db, text: string): Promise<Lot> {
  const number = parseLotNumber(text)
  const lot = number && (await findLot(db, number))
  if (!lot) throw new NotFound({ action: { href: LOTS, text: 'Ver lotes' } })
  return lot
}
