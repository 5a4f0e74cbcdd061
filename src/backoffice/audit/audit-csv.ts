import type { AuditFilter, AuditRow } from '../../audit/audit-entry-store.ts'
import { eachEntry } from '../../audit/audit-entry-store.ts'
import type { Db } from '../../db/open.ts'
import { guayaquilIso } from '../../values/day.ts'
import { csvHeadOf, csvLineOf, textCell } from '../../values/tables/csv.ts'
import type { EntryOnScreen } from './audit-list.ts'
import { describeEntries } from './audit-list.ts'

const COLUMNS = [
  'Entrada',
  'Fecha y hora',
  'Quién',
  'Actor',
  'Qué hizo',
  'Acción',
  'Sobre',
  'Objeto',
  'Detalle',
  'Huella',
]

const STRETCH = 500

/** The entries of a filter as a table, the oldest first, stretch by stretch. */
export async function* auditCsv(db: Db, filter: AuditFilter): AsyncGenerator<string> {
  yield csvHeadOf(COLUMNS)
  for await (const rows of eachEntry(db, filter, STRETCH)) {
    const described = await describeEntries(db, rows)
    yield rows.map((row, at) => lineOf(row, described[at])).join('')
  }
}

/** What a person reads and what the chain holds, side by side, so that both can be checked. */
function lineOf(row: AuditRow, shown: EntryOnScreen | undefined): string {
  return csvLineOf([
    String(row.id),
    guayaquilIso(row.at),
    ...[shown?.who, row.actor, shown?.what, row.action].map((text) => textCell(text ?? '')),
    ...[shown?.about, row.subject, row.detail, row.hash].map((text) => textCell(text ?? '')),
  ])
}
