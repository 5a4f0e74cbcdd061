import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'

/** A firm asks to read somebody's receipts. */
export interface AccessRequest {
  id: number
  firmId: number
  firm: string
  ruc: string
  number: string
  reason: string
  person: string
  askedAt: Date
  expiresAt: Date
}

export async function addRequest(
  tx: Tx,
  request: { firmId: number; number: string; reason: string; askedBy: number; expiresAt: Date },
  now: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('access_request')
    .values({
      firm_id: request.firmId,
      number: request.number,
      reason: request.reason,
      asked_by: request.askedBy,
      asked_at: now.toISOString(),
      expires_at: request.expiresAt.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

function requestRows(db: Db) {
  return db
    .selectFrom('access_request')
    .innerJoin('firm', 'firm.id', 'access_request.firm_id')
    .innerJoin('login', 'login.id', 'access_request.asked_by')
    .select([
      'access_request.id',
      'access_request.firm_id as firmId',
      'firm.name as firm',
      'firm.ruc',
      'access_request.number',
      'access_request.reason',
      'login.display_name as person',
      'access_request.asked_at',
      'access_request.expires_at',
      'access_request.verdict',
    ])
}

type RequestRow = Awaited<ReturnType<ReturnType<typeof requestRows>['execute']>>[number]

function toRequest({ asked_at, expires_at, ...row }: RequestRow): AccessRequest {
  const { id, firmId, firm, ruc, number, reason, person } = row
  const askedAt = new Date(asked_at)
  return { id, firmId, firm, ruc, number, reason, person, askedAt, expiresAt: new Date(expires_at) }
}

/** What waits for a party to decide, the oldest first: whoever asked by any of its numbers. */
export async function requestsTo(db: Db, partyId: number, now: Date): Promise<AccessRequest[]> {
  const rows = await requestRows(db)
    .innerJoin('party_identification', 'party_identification.number', 'access_request.number')
    .where('party_identification.party_id', '=', partyId)
    .where('verdict', 'is', null)
    .where('expires_at', '>', now.toISOString())
    .orderBy('access_request.id')
    .execute()
  return rows.map(toRequest)
}

const SHOWN_MAX = 50

/**
 * What a firm asked, the newest first. Whether a customer refused is not told: it would say that the
 * number is a customer's.
 */
export async function requestsOf(
  db: Db,
  firmId: number,
): Promise<(AccessRequest & { approved: boolean })[]> {
  const rows = await requestRows(db)
    .where('access_request.firm_id', '=', firmId)
    .orderBy('access_request.id', 'desc')
    .limit(SHOWN_MAX)
    .execute()
  return rows.map((row) => ({ ...toRequest(row), approved: row.verdict === 'approved' }))
}

/** Whether it was still waiting. */
export async function decideRequest(
  tx: Tx,
  { id, verdict }: { id: number; verdict: 'approved' | 'refused' },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('access_request')
    .set({ verdict, decided_at: now.toISOString() })
    .where('id', '=', id)
    .where('verdict', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
