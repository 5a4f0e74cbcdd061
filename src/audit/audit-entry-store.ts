import { sql } from 'kysely'
import type { Db } from '../db/open.ts'

/** An entry as it was written; `detail` is JSON. */
export interface AuditRow {
  id: number
  at: Date
  actor: string
  action: string
  subject: string
  detail: string
  hash: string
}

/** Which entries: those of a stretch of time, of one actor, of one kind of deed. */
export interface AuditFilter {
  /** From this instant on. */
  from: Date | null
  /** Before this instant. */
  to: Date | null
  actor: string | null
  action: string | null
}

/** A place between two entries, in order of time. */
export interface AuditPlace {
  at: string
  id: number
}

/** The newest entries of a filter, after a place when one is given; one more than `limit` tells of more. */
export async function newestEntries(
  db: Db,
  filter: AuditFilter,
  after: AuditPlace | null,
  limit: number,
): Promise<AuditRow[]> {
  let query = matching(db, filter).orderBy('at', 'desc').orderBy('id', 'desc').limit(limit)
  if (after) query = query.where(sql<boolean>`(at, id) < (${after.at}, ${after.id})`)
  return (await query.execute()).map(toRow)
}

/** The newest entries about one subject, but those of one kind of deed. */
export async function entriesAbout(
  db: Db,
  subject: string,
  except: string,
  limit: number,
): Promise<AuditRow[]> {
  const rows = await db
    .selectFrom('audit')
    .select(['id', 'at', 'actor', 'action', 'subject', 'detail', 'hash'])
    .where('subject', '=', subject)
    .where('action', '<>', except)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toRow)
}

/** Every entry of a filter, the oldest first, in stretches of `size`. */
export async function* eachEntry(
  db: Db,
  filter: AuditFilter,
  size: number,
): AsyncGenerator<AuditRow[]> {
  for (let after: AuditPlace | null = null; ; ) {
    let query = matching(db, filter).orderBy('at').orderBy('id').limit(size)
    if (after) query = query.where(sql<boolean>`(at, id) > (${after.at}, ${after.id})`)
    const rows = await query.execute()
    if (rows.length > 0) yield rows.map(toRow)
    const last = rows.at(-1)
    if (!last || rows.length < size) return
    after = { at: last.at, id: last.id }
  }
}

function matching(db: Db, { from, to, actor, action }: AuditFilter) {
  let query = db
    .selectFrom('audit')
    .select(['id', 'at', 'actor', 'action', 'subject', 'detail', 'hash'])
  if (from) query = query.where('at', '>=', from.toISOString())
  if (to) query = query.where('at', '<', to.toISOString())
  if (actor !== null) query = query.where('actor', '=', actor)
  if (action !== null) query = query.where('action', '=', action)
  return query
}

function toRow(row: Omit<AuditRow, 'at'> & { at: string }): AuditRow {
  return { ...row, at: new Date(row.at) }
}
