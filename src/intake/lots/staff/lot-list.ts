import type { Db } from '../../../db/open.ts'
import { loginNames } from '../../../identity/staff/login-name-store.ts'
import { LOTS } from '../../../identity/staff/rights.ts'
import type { Lot } from '../lot.ts'
import { documentsIn, faulty } from '../lot-summary.ts'
import { statusWords } from './messages.ts'

/** Lots as a table lists them. */
export async function lotsOnScreen(db: Db, lots: readonly Lot[]) {
  const names = await loginNames(db, [...new Set(lots.map(({ loadedBy }) => loadedBy ?? 0))])
  return lots.map(({ number, kind, status, summary, loadedBy, loadedAt, files }) => ({
    number,
    href: `${LOTS}/${number}`,
    status: statusWords({ kind, status, summary }),
    loadedBy: loadedBy === null ? 'Línea de órdenes' : (names.get(loadedBy) ?? ''),
    loadedAt,
    files: loadedBy === null ? '' : files === 1 ? '1 archivo' : `${files} archivos`,
    documents: summary ? documentsIn(summary) : null,
    faults: summary ? faulty(summary) : 0,
  }))
}
