import type { Db } from '../db/open.ts'
import { builtOnce } from '../db/raw-query.ts'
import type { Client, Clients } from '../receipts/scope/clients.ts'
import type { ReceiptScope, ScopePart } from '../receipts/scope/scope.ts'
import type { Day } from '../values/day.ts'
import { isRuc } from '../values/tax-id.ts'
import { HAS_CLIENT } from './firms/member-store.ts'
import type { GrantedReading } from './grants/grant.ts'
import { readKinds } from './grants/grant.ts'

/**
 * The grants that live on a day and the numbers of who gave them, for one accountant.
 */
const findGrants = builtOnce((db) =>
  db
    .selectFrom('firm_member')
    .innerJoin('access_grant', 'access_grant.firm_id', 'firm_member.firm_id')
    .innerJoin('party', 'party.id', 'access_grant.party_id')
    .innerJoin('party_identification as own', 'own.party_id', 'access_grant.party_id')
    .leftJoin('member_client', (join) =>
      join
        .onRef('member_client.login_id', '=', 'firm_member.login_id')
        .onRef('member_client.party_id', '=', 'access_grant.party_id'),
    )
    .select([
      'access_grant.id',
      'access_grant.party_id',
      'access_grant.recipient_number',
      'access_grant.kinds',
      'access_grant.from_day',
      'access_grant.to_day',
      'access_grant.ends_on',
      'party.name',
      'own.number',
    ])
    .where('firm_member.login_id', '=', 0)
    .where('firm_member.removed_at', 'is', null)
    .where('access_grant.revoked_at', 'is', null)
    .where('access_grant.ends_on', '>=', '')
    .where(HAS_CLIENT)
    .orderBy('access_grant.party_id')
    .orderBy('access_grant.id')
    .orderBy('own.number'),
)

type GrantRow = Awaited<ReturnType<typeof findGrants>>[number]

/** Everything that an accountant may read on a day, and of whom. */
export interface ClientScope {
  readonly scope: ReceiptScope
  readonly clients: Clients
}

/** A live grant, and who gave it. */
export type ClientGrant = GrantedReading & ScopePart

export async function clientScopeOf(db: Db, loginId: number, today: Day): Promise<ClientScope> {
  const { scope, clients } = await clientGrantsOf(db, loginId, today)
  return { scope, clients }
}

/** The same with the grants themselves, for who asks until when they last. */
export async function clientGrantsOf(
  db: Db,
  loginId: number,
  today: Day,
): Promise<ClientScope & { grants: ClientGrant[] }> {
  const rows = await findGrants(db, [loginId, today])
  const grants = new Map(rows.map((row) => [row.id, row]))
  const byParty = Map.groupBy(rows, ({ party_id }) => party_id)
  return {
    scope: [...grants.values()].map(toPart),
    grants: [...grants.values()].map((row) => ({ ...toPart(row), endsOn: row.ends_on as Day })),
    clients: new Map([...byParty].map(([partyId, some]) => [partyId, toClient(partyId, some)])),
  }
}

function toPart(row: GrantRow): ScopePart {
  return {
    partyId: row.party_id,
    from: row.from_day as Day | null,
    to: row.to_day as Day | null,
    kinds: readKinds(row.kinds),
    recipient: row.recipient_number,
    grantId: row.id,
  }
}

/** Of a person whose cédula is not granted only the RUC is told, and the other way. */
function toClient(partyId: number, rows: readonly GrantRow[]): Client {
  const [first] = rows
  const granted = new Set(rows.map(({ recipient_number }) => recipient_number))
  const told = (number: string) => granted.has(null) || granted.has(number)
  const numbers = [...new Set(rows.map(({ number }) => number))].filter(told)
  return {
    partyId,
    name: first?.name ?? '',
    number: numbers.find(isRuc) ?? numbers[0] ?? '',
    numbers,
  }
}
