import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { isPostgres } from '#src/db/open.ts'

/** Which invoice a credit note gives back, so that all notes of an invoice are found by its number. */
export async function up(db: Kysely<unknown>): Promise<void> {
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
