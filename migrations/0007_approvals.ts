import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { dialectOf } from '#src/db/migration-columns.ts'

/** What takes two people: one proposes it, another approves it, and the database knows them apart. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { id, integer, strict } = dialectOf(db)

  await strict(
    id(db.schema.createTable('approval'))
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('payload', 'text', (c) => c.notNull())
      .addColumn('proposed_by', integer, (c) => c.notNull().references('login.id'))
      .addColumn('proposed_at', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('decided_by', integer, (c) => c.references('login.id'))
      .addColumn('decided_at', 'text')
      .addColumn('verdict', 'text', (c) =>
        c.check(sql`verdict in ('approved', 'refused', 'withdrawn')`),
      )
      .addColumn('decision_reason', 'text')
      .addCheckConstraint(
        'approval_whole',
        sql`(decided_at is null) = (verdict is null) and (decided_by is null) = (verdict is null)
          and (decision_reason is null) = (verdict is null)`,
      )
      // Who takes something back is who proposed it; who approves or refuses it is not.
      .addCheckConstraint(
        'approval_four_eyes',
        sql`verdict is null or (verdict = 'withdrawn') = (decided_by = proposed_by)`,
      ),
  ).execute()

  await sql`create unique index approval_open on approval (kind, subject) where decided_at is null`.execute(
    db,
  )
  await sql`create index approval_waiting on approval (id) where decided_at is null`.execute(db)
  await sql`create index approval_decided on approval (decided_at, id)
    where decided_at is not null`.execute(db)
}
