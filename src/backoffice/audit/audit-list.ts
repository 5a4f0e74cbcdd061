import type { AuditFilter, AuditPlace, AuditRow } from '../../audit/audit-entry-store.ts'
import { newestEntries } from '../../audit/audit-entry-store.ts'
import type { Db } from '../../db/open.ts'
import { loginNames } from '../../identity/staff/login-name-store.ts'
import { actionWords } from './action-words.ts'
import { actorWords, detailWords, subjectWords } from './audit-words.ts'

const PAGE = 50

/** An entry as the page shows it. */
export interface EntryOnScreen {
  id: number
  at: Date
  actor: string
  who: string
  what: string
  about: string
  detail: string
}

/** One page of entries, the newest first, and the last of them when there are older ones. */
export async function pageOfEntries(
  db: Db,
  filter: AuditFilter,
  place: AuditPlace | null,
): Promise<{ entries: EntryOnScreen[]; last: AuditRow | null }> {
  const rows = await newestEntries(db, filter, place, PAGE + 1)
  const shown = rows.slice(0, PAGE)
  const last = rows.length > PAGE ? (shown.at(-1) ?? null) : null
  return { entries: await describeEntries(db, shown), last }
}

/** Puts names to the logins that entries tell of. */
export async function describeEntries(db: Db, rows: readonly AuditRow[]): Promise<EntryOnScreen[]> {
  const names = await loginNames(db, [...new Set(rows.flatMap(loginIds))])
  const nameOf = (text: string) => names.get(Number(/^login:(\d+)$/.exec(text)?.[1]))
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    who: nameOf(row.actor) ?? actorWords(row.actor),
    what: actionWords(row.action),
    about: row.subject === row.actor ? '' : (nameOf(row.subject) ?? subjectWords(row.subject)),
    detail: detailWords(row.detail, nameOf),
  }))
}

/** Whom an entry tells of, in whichever place. */
function loginIds({ actor, subject, detail }: AuditRow): number[] {
  const found = [actor, subject, detail].join(' ').matchAll(/\blogin:(\d{1,15})\b/g)
  return Array.from(found, ([, id]) => Number(id))
}
