import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Who signed each receipt and when, or why its signature does not hold. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of COLUMNS) {
    await db.schema.alterTable('receipt').addColumn(column, 'text').execute()
  }
  // Receipts that nobody has looked at yet: it empties itself.
  await sql`create index receipt_unjudged on receipt (id) where signature_code is null`.execute(db)
}

const COLUMNS = ['signature_code', 'signature_fault', 'signer_name', 'signer_ruc', 'signed_at']
