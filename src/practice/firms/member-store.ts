import type { Db } from '../../db/open.ts'

/** An accountant, and the firm they work for. */
export interface Membership {
  loginId: number
  firmId: number
  firm: string
  ruc: string
  isLead: boolean
}

/** The firm of an accountant; null for who is, or is no longer, anybody's. */
export async function membershipOf(db: Db, loginId: number): Promise<Membership | null> {
  const row = await db
    .selectFrom('firm_member')
    .innerJoin('firm', 'firm.id', 'firm_member.firm_id')
    .select(['firm_member.firm_id', 'firm.name', 'firm.ruc', 'firm_member.is_lead'])
    .where('firm_member.login_id', '=', loginId)
    .where('firm_member.removed_at', 'is', null)
    .executeTakeFirst()
  if (!row) return null
  return { loginId, firmId: row.firm_id, firm: row.name, ruc: row.ruc, isLead: row.is_lead === 1 }
}
