import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { ScopePart } from '../../receipts/scope/scope.ts'
import { earlier } from '../../receipts/scope/scope.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import { HAS_CLIENT } from '../firms/member-store.ts'
import { readKinds } from '../grants/grant.ts'

/** A receipt as one of the firm's clients, present or past, owns it. */
export interface OwnedCandidate {
  readonly accessKey: string
  readonly number: string
  readonly issuerRuc: string
  readonly kind: DocumentKind
  readonly status: string
  readonly issuedOn: Day
  readonly partyId: number
  readonly recipientNumber: string
}

/** Those of the keys or numbers that belong to some parties, in one statement; others are not there. */
export async function candidatesOf(
  db: Db,
  partyIds: readonly number[],
  by: 'access_key' | 'number',
  values: readonly string[],
): Promise<OwnedCandidate[]> {
  if (values.length === 0 || partyIds.length === 0) return []
  const rows = await db
    .selectFrom('receipt')
    .innerJoin('receipt_owner as r', (join) =>
      join
        .onRef('r.receipt_id', '=', 'receipt.id')
        .onRef('r.issued_on', '=', 'receipt.issued_on')
        // Not to be sought by party: of one with many receipts all of them would be gone through.
        .on(sql`r.party_id + 0`, 'in', anyOf(db, partyIds)),
    )
    .where(`receipt.${by}`, 'in', anyOf(db, values))
    .select([
      'r.access_key',
      'r.number',
      'r.issuer_ruc',
      'r.kind',
      'r.status',
      'r.issued_on',
      'r.party_id',
      'r.recipient_number',
    ])
    .orderBy('r.issued_on', 'desc')
    .orderBy('r.receipt_id', 'desc')
    .execute()
  return rows.map((row) => ({
    accessKey: row.access_key,
    number: row.number,
    issuerRuc: row.issuer_ruc,
    kind: row.kind as DocumentKind,
    status: row.status,
    issuedOn: row.issued_on as Day,
    partyId: row.party_id,
    recipientNumber: row.recipient_number,
  }))
}

/**
 * Whoever granted the firm something, ever, and whether any of it still holds; for a member, of those
 * alone who were passed on to them. `ended` is what it might once read and may no longer, up to the
 * day on which that ended.
 */
export async function grantersOf(
  db: Db,
  { loginId, firmId }: { loginId: number; firmId: number },
  today: Day,
) {
  const rows = await db
    .selectFrom('firm_member')
    .innerJoin('access_grant', 'access_grant.firm_id', 'firm_member.firm_id')
    .innerJoin('party_identification as own', 'own.party_id', 'access_grant.party_id')
    .leftJoin('member_client', (join) =>
      join
        .onRef('member_client.login_id', '=', 'firm_member.login_id')
        .onRef('member_client.party_id', '=', 'access_grant.party_id'),
    )
    .where('firm_member.login_id', '=', loginId)
    .where('firm_member.firm_id', '=', firmId)
    .where('firm_member.removed_at', 'is', null)
    .where(HAS_CLIENT)
    .select([
      'access_grant.id',
      'access_grant.party_id',
      'access_grant.recipient_number',
      'access_grant.kinds',
      'access_grant.from_day',
      'access_grant.to_day',
      'access_grant.ends_on',
      'access_grant.revoked_at',
      'own.number',
    ])
    .execute()
  const living = new Map<number, boolean>()
  const byNumber = new Map<string, number>()
  const ended = new Map<number, ScopePart>()
  for (const row of rows) {
    const lives = row.revoked_at === null && row.ends_on >= today
    living.set(row.party_id, lives || (living.get(row.party_id) ?? false))
    if (!lives) {
      const lastDay = row.revoked_at === null ? null : dayOf(new Date(row.revoked_at))
      ended.set(row.id, {
        partyId: row.party_id,
        from: row.from_day as Day | null,
        to: earlier(row.to_day as Day | null, earlier(row.ends_on as Day, lastDay)),
        kinds: readKinds(row.kinds),
        recipient: row.recipient_number,
        grantId: row.id,
      })
    }
    // A number that the grant does not name is not told to be the same person's.
    const told = row.recipient_number === null || row.recipient_number === row.number
    if (told) byNumber.set(row.number, row.party_id)
  }
  return { living, byNumber, ended: [...ended.values()] }
}

/** The firm that somebody works for; null when they do for none. */
export async function firmOf(db: Db, loginId: number): Promise<number | null> {
  const row = await db
    .selectFrom('firm_member')
    .select('firm_id')
    .where('login_id', '=', loginId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return row?.firm_id ?? null
}
