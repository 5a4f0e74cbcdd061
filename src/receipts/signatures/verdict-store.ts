import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { SignatureVerdict } from './signature-verdict.ts'
import { VERDICT_COLUMNS, verdictColumns } from './signature-verdict.ts'

/** What was found of the signature of a receipt; null while nobody has looked. */
export async function verdictOf(db: Db, receiptId: number): Promise<SignatureVerdict | null> {
  const row = await db
    .selectFrom('receipt')
    .select(VERDICT_COLUMNS)
    .where('id', '=', receiptId)
    .executeTakeFirst()
  if (!row || row.signature_code === null) return null
  return {
    code: row.signature_code,
    fault: row.signature_fault,
    signerName: row.signer_name,
    signerRuc: row.signer_ruc,
    signedAt: row.signed_at,
  }
}

/** Receipts whose signature nobody has looked at, the oldest first. */
export async function unjudgedReceipts(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('receipt')
    .select('id')
    // As the index has it: a bound parameter would hide that it fits.
    .where(sql<boolean>`signature_code is null`)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** Keeps verdicts, unless somebody has been faster. */
export async function noteVerdicts(
  tx: Tx,
  verdicts: readonly { receiptId: number; verdict: SignatureVerdict }[],
): Promise<void> {
  for (const { receiptId, verdict } of verdicts) {
    await tx
      .updateTable('receipt')
      .set(verdictColumns(verdict))
      .where('id', '=', receiptId)
      .where('signature_code', 'is', null)
      .execute()
  }
}
