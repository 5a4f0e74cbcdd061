import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { followParty } from '../../receipts/feed/event-store.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import type { GrantedReading } from './grant.ts'
import { readKinds, writeKinds } from './grant.ts'

/** A grant as it is kept. */
export interface Grant extends GrantedReading {
  id: number
  partyId: number
  firmId: number
  firm: string
  ruc: string
  grantedAt: Date
  renewedAt: Date | null
  revokedAt: Date | null
  /** The last day on which somebody of the firm read by it. */
  usedOn: Day | null
}

/** What happens to the party's receipts is told from now on; call it before anything is audited. */
export async function addGrant(
  tx: Tx,
  grant: GrantedReading & {
    partyId: number
    firmId: number
    requestId: number | null
    grantedBy: number
  },
  now: Date,
): Promise<number> {
  await followParty(tx, grant.partyId, now)
  const { id } = await tx
    .insertInto('access_grant')
    .values({
      party_id: grant.partyId,
      firm_id: grant.firmId,
      recipient_number: grant.recipient,
      kinds: writeKinds(grant.kinds),
      from_day: grant.from,
      to_day: grant.to,
      ends_on: grant.endsOn,
      request_id: grant.requestId,
      granted_by: grant.grantedBy,
      granted_at: now.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function grantRows(db: Db) {
  return db
    .selectFrom('access_grant')
    .innerJoin('firm', 'firm.id', 'access_grant.firm_id')
    .selectAll('access_grant')
    .select((eb) => [
      'firm.name as firm',
      'firm.ruc',
      eb
        .selectFrom('grant_use as u')
        .select('u.day')
        .whereRef('u.grant_id', '=', 'access_grant.id')
        .orderBy('u.day', 'desc')
        .limit(1)
        .as('used_on'),
    ])
}

type GrantRow = Awaited<ReturnType<ReturnType<typeof grantRows>['execute']>>[number]

/** Everything that a party ever let anybody read, the newest first. */
export async function grantsOfParty(db: Db, partyId: number): Promise<Grant[]> {
  const rows = await grantRows(db)
    .where('access_grant.party_id', '=', partyId)
    .orderBy('access_grant.id', 'desc')
    .execute()
  return rows.map(toGrant)
}

/** Everything that a firm was ever let read, the newest first. */
export async function grantsOfFirm(db: Db, firmId: number): Promise<(Grant & { party: string })[]> {
  const rows = await grantRows(db)
    .innerJoin('party', 'party.id', 'access_grant.party_id')
    .select('party.name as party')
    .where('access_grant.firm_id', '=', firmId)
    .orderBy('access_grant.id', 'desc')
    .execute()
  return rows.map((row) => ({ ...toGrant(row), party: row.party }))
}

function toGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    partyId: row.party_id,
    firmId: row.firm_id,
    firm: row.firm,
    ruc: row.ruc,
    recipient: row.recipient_number,
    kinds: readKinds(row.kinds),
    from: row.from_day as Day | null,
    to: row.to_day as Day | null,
    endsOn: row.ends_on as Day,
    grantedAt: new Date(row.granted_at),
    renewedAt: toDate(row.renewed_at),
    revokedAt: toDate(row.revoked_at),
    usedOn: row.used_on as Day | null,
  }
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

/**
 * Lets it go on until another day, when it is the party's and lives; answers whose firm it is. One
 * that has ended lets nobody in again without a code.
 */
export async function renewGrantOf(
  tx: Tx,
  { id, partyId, endsOn, by }: { id: number; partyId: number; endsOn: Day; by: number },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .updateTable('access_grant')
    .set({ ends_on: endsOn, renewed_by: by, renewed_at: now.toISOString() })
    .where('id', '=', id)
    .where('party_id', '=', partyId)
    .where('ends_on', '>=', dayOf(now))
    .where('revoked_at', 'is', null)
    .returning('firm_id')
    .executeTakeFirst()
  return row?.firm_id ?? null
}

/** Takes it back, when it is the party's and lives; answers whose firm it was. */
export async function revokeGrantOf(
  tx: Tx,
  { id, partyId, by }: { id: number; partyId: number; by: number },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .updateTable('access_grant')
    .set({ revoked_by: by, revoked_at: now.toISOString() })
    .where('id', '=', id)
    .where('party_id', '=', partyId)
    .where('revoked_at', 'is', null)
    .returning('firm_id')
    .executeTakeFirst()
  return row?.firm_id ?? null
}

/** A grant that ends soon and of which nobody has been told. */
export interface EndingGrant {
  id: number
  partyId: number
  firmId: number
  firm: string
  party: string
  endsOn: Day
}

export async function endingGrants(
  db: Db,
  from: Day,
  to: Day,
  limit: number,
): Promise<EndingGrant[]> {
  const rows = await db
    .selectFrom('access_grant')
    .innerJoin('firm', 'firm.id', 'access_grant.firm_id')
    .innerJoin('party', 'party.id', 'access_grant.party_id')
    .select([
      'access_grant.id',
      'party_id',
      'firm_id',
      'firm.name as firm',
      'party.name as party',
      'ends_on',
    ])
    .where('ends_on', '>=', from)
    .where('ends_on', '<=', to)
    .where('revoked_at', 'is', null)
    .where((eb) =>
      eb.or([eb('told_ending_on', 'is', null), eb('told_ending_on', '<>', eb.ref('ends_on'))]),
    )
    .orderBy('access_grant.id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    partyId: row.party_id,
    firmId: row.firm_id,
    firm: row.firm,
    party: row.party,
    endsOn: row.ends_on as Day,
  }))
}

export async function markTold(tx: Tx, { id, endsOn }: EndingGrant): Promise<void> {
  await tx
    .updateTable('access_grant')
    .set({ told_ending_on: endsOn })
    .where('id', '=', id)
    .execute()
}
