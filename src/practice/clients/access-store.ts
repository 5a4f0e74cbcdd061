import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import { HAS_CLIENT } from '../firms/member-store.ts'

/** By whom a grant was given, and when. */
export interface GivenBy {
  readonly person: string
  readonly grantedAt: Date
  readonly renewedAt: Date | null
}

/** Of some grants, by grant. */
export async function giversOf(db: Db, grantIds: readonly number[]): Promise<Map<number, GivenBy>> {
  const rows = await db
    .selectFrom('access_grant')
    .innerJoin('login', 'login.id', 'access_grant.granted_by')
    .select([
      'access_grant.id',
      'access_grant.granted_at',
      'access_grant.renewed_at',
      'login.display_name',
    ])
    .where('access_grant.id', 'in', anyOf(db, grantIds))
    .execute()
  return new Map(
    rows.map(({ id, display_name: person, granted_at, renewed_at }) => [
      id,
      {
        person,
        grantedAt: new Date(granted_at),
        renewedAt: renewed_at === null ? null : new Date(renewed_at),
      },
    ]),
  )
}

/** Those of a firm who may read a client: who leads it, and to whom the client was passed on. */
export async function readersIn(
  db: Db,
  firmId: number,
  partyId: number,
): Promise<{ name: string; isLead: boolean }[]> {
  const rows = await db
    .selectFrom('firm_member')
    .innerJoin('login', 'login.id', 'firm_member.login_id')
    .leftJoin('member_client', (join) =>
      join
        .onRef('member_client.login_id', '=', 'firm_member.login_id')
        .on('member_client.party_id', '=', partyId),
    )
    .select(['login.display_name as name', 'firm_member.is_lead'])
    .where('firm_member.firm_id', '=', firmId)
    .where('firm_member.removed_at', 'is', null)
    .where(HAS_CLIENT)
    .orderBy('firm_member.is_lead', 'desc')
    .orderBy('login.display_name')
    .execute()
  return rows.map(({ name, is_lead }) => ({ name, isLead: is_lead === 1 }))
}
