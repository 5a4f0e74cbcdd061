import { sql } from 'kysely'
import type { Db } from '../../../db/open.ts'
import type { Schema } from '../../../db/schema.ts'
import type { Tx } from '../../../db/transaction.ts'
import { seal, unseal } from '../../../values/keys.ts'
import type { ApprovalKind } from '../rights.ts'
import { FOUR_EYES } from '../rights.ts'

export type Verdict = NonNullable<Schema['approval']['verdict']>

/** Something that takes two people, as one of them proposed it. */
export interface Approval {
  id: number
  kind: ApprovalKind
  /** What it is about: `party:7`, `lot:12`. */
  subject: string
  /** As the proposal of this kind gave it, once through JSON. */
  payload: unknown
  proposedBy: number
  proposedAt: Date
  /** Of the proposer; may be empty. */
  reason: string
  /** Null while it waits. */
  decision: { verdict: Verdict; by: number; at: Date; reason: string } | null
}

export type NewApproval = Pick<Approval, 'kind' | 'subject' | 'payload' | 'reason'>

/** Null when the same already waits for a decision. `sealKey` is `keys.seal`. */
export async function addApproval(
  tx: Tx,
  sealKey: Buffer,
  proposal: NewApproval & { proposedBy: number },
  now: Date,
): Promise<number | null> {
  const row = await tx
    .insertInto('approval')
    .values({
      kind: proposal.kind,
      subject: proposal.subject,
      payload: seal(sealKey, JSON.stringify(proposal.payload)),
      proposed_by: proposal.proposedBy,
      proposed_at: now.toISOString(),
      reason: proposal.reason,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).where('decided_at', 'is', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Writes the decision unless there is one already; of two who decide at once one is told so. */
export async function settleApproval(
  tx: Tx,
  id: number,
  decision: { verdict: Verdict; by: number; reason: string },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('approval')
    .set({
      verdict: decision.verdict,
      decided_by: decision.by,
      decided_at: now.toISOString(),
      decision_reason: decision.reason,
    })
    .where('id', '=', id)
    .where('decided_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export async function findApproval(db: Db, sealKey: Buffer, id: number): Promise<Approval | null> {
  const row = await db.selectFrom('approval').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? toApproval(row, sealKey) : null
}

/** Those that wait, the oldest first, after the one of that id; one more than `limit` tells of more. */
export async function waitingApprovals(
  db: Db,
  sealKey: Buffer,
  after: number,
  limit: number,
): Promise<Approval[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('decided_at', 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => toApproval(row, sealKey))
}

/** The proposal of this kind about this subject that waits, or null: there is one at most. */
export async function waitingAbout(
  db: Db,
  kind: ApprovalKind,
  subject: string,
): Promise<number | null> {
  const row = await db
    .selectFrom('approval')
    .select('id')
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('decided_at', 'is', null)
    .executeTakeFirst()
  return row?.id ?? null
}

/** The proposals of this kind that wait, by their subjects. */
export async function allWaitingOf(
  db: Db,
  kind: ApprovalKind,
  subjects: readonly string[],
): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('approval')
    .select(['id', 'subject'])
    .where('kind', '=', kind)
    .where('subject', 'in', subjects)
    .where('decided_at', 'is', null)
    .execute()
  return new Map(rows.map(({ id, subject }) => [subject, id]))
}

/** A proposal that waits, without what it would do. */
interface WaitingApproval {
  id: number
  kind: ApprovalKind
  proposedBy: number
  proposedAt: Date
}

/** The proposals of whatever kind about this subject that wait. */
export async function allWaitingAbout(db: Db, subject: string): Promise<WaitingApproval[]> {
  const rows = await db
    .selectFrom('approval')
    .select(['id', 'kind', 'proposed_by', 'proposed_at'])
    .where('kind', 'in', Object.keys(FOUR_EYES))
    .where('subject', '=', subject)
    .where('decided_at', 'is', null)
    .execute()
  return rows.map(({ id, kind, proposed_by, proposed_at }) => {
    return { id, kind: toKind(kind), proposedBy: proposed_by, proposedAt: new Date(proposed_at) }
  })
}

/** A place between two decisions. */
export interface DecisionPlace {
  at: string
  id: number
}

/** Those decided, the newest decision first; one more than `limit` tells of more. */
export async function decidedApprovals(
  db: Db,
  sealKey: Buffer,
  after: DecisionPlace | null,
  limit: number,
): Promise<Approval[]> {
  let query = db
    .selectFrom('approval')
    .selectAll()
    .where('decided_at', 'is not', null)
    .orderBy('decided_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (after) query = query.where(sql<boolean>`(decided_at, id) < (${after.at}, ${after.id})`)
  return (await query.execute()).map((row) => toApproval(row, sealKey))
}

/** How many wait for somebody other than this person, counted up to `max`. */
export async function countWaitingFor(db: Db, loginId: number, max: number): Promise<number> {
  const waiting = db
    .selectFrom('approval')
    .select('id')
    .where('decided_at', 'is', null)
    .where('proposed_by', '<>', loginId)
    .limit(max)
  const { count } = await db
    .selectFrom(waiting.as('waiting'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function toApproval(
  row: Omit<Schema['approval'], 'id'> & { id: number },
  sealKey: Buffer,
): Approval {
  const { verdict, decided_by, decided_at, decision_reason } = row
  return {
    id: row.id,
    kind: toKind(row.kind),
    subject: row.subject,
    payload: JSON.parse(unseal(sealKey, row.payload)),
    proposedBy: row.proposed_by,
    proposedAt: new Date(row.proposed_at),
    reason: row.reason,
    decision:
      verdict && decided_by !== null && decided_at !== null
        ? { verdict, by: decided_by, at: new Date(decided_at), reason: decision_reason ?? '' }
        : null,
  }
}

function toKind(text: string): ApprovalKind {
  if (text in FOUR_EYES) return text as ApprovalKind
  throw new Error(`A proposal of a kind that nobody knows: ${text}`)
}
