import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Day } from '../../values/day.ts'

/** A firm of accountants, known to the bank. */
export interface Firm {
  id: number
  ruc: string
  name: string
}

/** Null when the bank knows a firm of that RUC already. */
export async function addFirm(
  tx: Tx,
  firm: { ruc: string; name: string; createdBy: number },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .insertInto('firm')
    .values({
      ruc: firm.ruc,
      name: firm.name,
      created_by: firm.createdBy,
      created_at: now.toISOString(),
    })
    .onConflict((conflict) => conflict.column('ruc').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

export async function findFirmByRuc(db: Db, ruc: string): Promise<Firm | null> {
  const row = await db
    .selectFrom('firm')
    .select(['id', 'ruc', 'name'])
    .where('ruc', '=', ruc)
    .executeTakeFirst()
  return row ?? null
}

export async function findFirm(db: Db, id: number): Promise<Firm | null> {
  const row = await db
    .selectFrom('firm')
    .select(['id', 'ruc', 'name'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Every firm by name, with how many people and live grants it has; a bank has hundreds. */
export async function listFirms(
  db: Db,
  today: Day,
): Promise<(Firm & { members: number; grants: number })[]> {
  const rows = await db
    .selectFrom('firm')
    .select((eb) => [
      'id',
      'ruc',
      'name',
      eb
        .selectFrom('firm_member')
        .select((one) => one.fn.countAll<number>().as('count'))
        .whereRef('firm_member.firm_id', '=', 'firm.id')
        .where('removed_at', 'is', null)
        .as('members'),
      eb
        .selectFrom('access_grant')
        .select((one) => one.fn.countAll<number>().as('count'))
        .whereRef('access_grant.firm_id', '=', 'firm.id')
        .where('revoked_at', 'is', null)
        .where('ends_on', '>=', today)
        .as('grants'),
    ])
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, members: row.members ?? 0, grants: row.grants ?? 0 }))
}
