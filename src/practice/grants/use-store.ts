import type { Db } from '../../db/open.ts'
import type { GrantUseWay } from '../../db/tables/practice/practice.ts'
import type { Day } from '../../values/day.ts'

/** What a reader did in one way on a day with what a party granted. */
export interface GrantUse {
  readonly day: Day
  readonly firm: string
  readonly person: string
  /** By which name the firm knows the key of its program; null for the person. */
  readonly program: string | null
  /** Tells apart readers of one name. */
  readonly reader: string
  readonly way: GrantUseWay
  readonly receipts: number
}

/** What was read of a party in some days, the newest day first. */
export async function usesOf(
  db: Db,
  partyId: number,
  days: { readonly from: Day; readonly to: Day },
  limit: number,
): Promise<GrantUse[]> {
  const rows = await db
    .selectFrom('access_grant as g')
    .innerJoin('grant_use as u', 'u.grant_id', 'g.id')
    .innerJoin('firm', 'firm.id', 'g.firm_id')
    .innerJoin('login', 'login.id', 'u.login_id')
    .leftJoin('api_key', 'api_key.id', 'u.api_key_id')
    .where('g.party_id', '=', partyId)
    .where('u.day', '>=', days.from)
    .where('u.day', '<=', days.to)
    .groupBy([
      'u.day',
      'u.login_id',
      'u.api_key_id',
      'u.way',
      'firm.name',
      'login.display_name',
      'api_key.name',
    ])
    .select(({ fn }) => [
      'u.day',
      'u.login_id',
      'u.api_key_id',
      'u.way',
      'firm.name as firm',
      'login.display_name as person',
      'api_key.name as program',
      fn.sum<number>('u.receipts').as('receipts'),
    ])
    .orderBy('u.day', 'desc')
    .orderBy('u.login_id')
    .orderBy('u.api_key_id')
    .limit(limit)
    .execute()
  return rows.map(({ login_id, api_key_id, day, receipts, ...row }) => ({
    ...row,
    day: day as Day,
    reader: `${login_id} ${api_key_id}`,
    receipts: Number(receipts),
  }))
}

/** The nearest days outside of some on which anything was read of a party; null where there is none. */
export async function usesBeside(
  db: Db,
  partyId: number,
  { from, to }: { readonly from: Day; readonly to: Day },
): Promise<{ before: Day | null; after: Day | null }> {
  const uses = db
    .selectFrom('access_grant as g')
    .innerJoin('grant_use as u', 'u.grant_id', 'g.id')
    .where('g.party_id', '=', partyId)
  const before = uses.where('u.day', '<', from).select(({ fn }) => fn.max('u.day').as('day'))
  const after = uses.where('u.day', '>', to).select(({ fn }) => fn.min('u.day').as('day'))
  const [earlier, later] = await Promise.all([before.executeTakeFirst(), after.executeTakeFirst()])
  return {
    before: (earlier?.day ?? null) as Day | null,
    after: (later?.day ?? null) as Day | null,
  }
}
