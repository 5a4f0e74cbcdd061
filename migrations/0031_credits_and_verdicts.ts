import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'
import { isPostgres } from '#src/db/open.ts'

/**
 * Which invoice a credit note gives back, so that all notes of an invoice are found by its number; and
 * what signatures were found to be worth, so that nobody verifies the same bytes twice.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await credits(db)
  await verdicts(db)
}

async function verdicts(db: Kysely<unknown>): Promise<void> {
  const { integer, strict } = dialectOf(db)
  await db.schema.alterTable('issuance_document').addColumn('verdict', 'text').execute()
  await strict(
    db.schema
      .createTable('lot_verdict')
      .addColumn('lot_id', integer, (c) => c.notNull().references('lot.id'))
      .addColumn('n', integer, (c) => c.notNull())
      .addColumn('sha256', 'text', (c) => c.notNull())
      .addColumn('verdict', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('lot_verdict_key', ['lot_id', 'n']),
    { withoutRowId: true },
  ).execute()
}

async function credits(db: Kysely<unknown>): Promise<void> {
  const [number, code] = ['numDocModificado', 'codDocModificado'].map((field) => {
    const path = ['document', 'content', 'infoNotaCredito', field]
    return isPostgres(db as never)
      ? sql`draft::json #>> ${sql.lit(`{${path.join(',')}}`)}`
      : sql`json_extract(draft, ${sql.lit(`$.${path.join('.')}`)})`
  })
  for (const table of ['issuance', 'lot_draft']) {
    await sql`alter table ${sql.table(table)} add column credited_number text`.execute(db)
    const notes =
      table === 'issuance'
        ? sql`kind = 'credit-note'`
        : sql`draft is not null
            and lot_id in (select id from lot where document_kind = 'credit-note')`
    await sql`update ${sql.table(table)} set credited_number = ${number}
      where ${notes} and ${code} = '01'`.execute(db)
  }
  await sql`create index issuance_credited on issuance (issuer_id, credited_number)
    where credited_number is not null`.execute(db)
  await sql`create index lot_draft_credited on lot_draft (lot_id, credited_number)
    where credited_number is not null`.execute(db)
}
