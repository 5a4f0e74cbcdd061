import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What the bank's people changed of its policy: nothing is ever rewritten, the last one counts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)
  await strict(
    id(db.schema.createTable('parameter_change'))
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('value', 'text')
      .addColumn('from_at', 'text', (c) => c.notNull())
      .addColumn('approval_id', integer, (c) => c.notNull().unique().references('approval.id')),
  ).execute()
  await sql`create index parameter_change_name on parameter_change (name, id)`.execute(db)
  // Which lots were done with so long ago that their files may go.
  await sql`create index lot_done on lot (coalesce(ended_at, published_at))
    where folder is not null`.execute(db)
}
