import { anyOf } from '../../../db/bulk-insert.ts'
import type { Db } from '../../../db/open.ts'
import type { Tx } from '../../../db/transaction.ts'
import { seal, unseal } from '../../../values/keys.ts'
import type { CustomerRow, RowFault } from './read-customers.ts'

/** A file of customers, from its reading on. */
export interface CustomerLoad {
  id: number
  /** Who brought it, and alone confirms it. */
  loginId: number
  fileName: string
  createdAt: Date
  confirmedAt: Date | null
  /** Null once it is too old to be gone on with. */
  draft: LoadDraft | null
}

export interface LoadDraft {
  rows: CustomerRow[]
  faults: RowFault[]
}

const KEPT_DAYS = 7

/** Forgets what files held that were read a week ago; that they were read stays known. */
export async function forgetDrafts(db: Db, now: Date): Promise<void> {
  const old = new Date(now.getTime() - KEPT_DAYS * 24 * 3_600_000)
  await db
    .updateTable('customer_load')
    .set({ draft: null })
    .where('draft', 'is not', null)
    .where('created_at', '<', old.toISOString())
    .execute()
}

/** Keeps what was read of a file. `sealKey` is `keys.seal`. */
export async function addLoad(
  tx: Tx,
  sealKey: Buffer,
  load: { loginId: number; fileName: string; draft: LoadDraft },
  now: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('customer_load')
    .values({
      login_id: load.loginId,
      file_name: load.fileName,
      draft: seal(sealKey, JSON.stringify(load.draft)),
      created_at: now.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function findLoad(db: Db, sealKey: Buffer, id: number): Promise<CustomerLoad | null> {
  const row = await db
    .selectFrom('customer_load')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    loginId: row.login_id,
    fileName: row.file_name,
    createdAt: new Date(row.created_at),
    confirmedAt: row.confirmed_at === null ? null : new Date(row.confirmed_at),
    draft: row.draft === null ? null : (JSON.parse(unseal(sealKey, row.draft)) as LoadDraft),
  }
}

/** Of two who confirm at once one is told that it was not confirmed yet. */
export async function markConfirmed(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('customer_load')
    .set({ confirmed_at: now.toISOString() })
    .where('id', '=', id)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Those of these parties who have never signed in. */
export async function withoutLogin(db: Db, partyIds: readonly number[]): Promise<number[]> {
  if (partyIds.length === 0) return []
  const rows = await db
    .selectFrom('party')
    .leftJoin('login', 'login.party_id', 'party.id')
    .select('party.id')
    .where('party.id', 'in', anyOf(db, partyIds))
    .where('login.id', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}
