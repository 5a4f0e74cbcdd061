import type { Db } from '../../db/open.ts'
import { addReadings } from '../../receipts/reading-store.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { receiptsOf } from '../../receipts/search/page-store.ts'
import { noFilter } from '../../receipts/search/search-filter.ts'
import { composeAccessKey } from '../../sri/access-key.ts'
import type { Day } from '../../values/day.ts'
import { csvHeadOf } from '../../values/tables/csv.ts'
import { csvLineOfCells, digits } from '../exports/cell.ts'

const COLUMNS = ['Clave de acceso o número de comprobante', 'RUC del emisor, si es un número']

/** For who sees no receipt yet: right in its form, and nobody's. */
const MADE_UP = {
  accessKey: composeAccessKey({
    issuedOn: '2026-11-16' as Day,
    kind: 'invoice',
    issuerRuc: '0990000000001',
    environment: 'production',
    establishment: '001',
    issuePoint: '002',
    sequence: '000018710',
    numericCode: '12345678',
  }),
  number: '001-002-000018711',
  issuerRuc: '0990000000001',
}

/**
 * A list to be filled in, as a CSV that may be sent as it is: one line by its key and one by its
 * number, of the newest receipts that this accountant sees, so that both are found.
 */
export async function templateFor(
  { db, now }: { db: Db; now: () => Date },
  reader: ClientReader,
): Promise<string> {
  const page = { order: '-fecha' as const, cursor: null, size: 2 }
  const { receipts } = await receiptsOf(db, reader.scope, noFilter, page)
  await addReadings(db, reader, 'csv', receipts, now())
  const [first = MADE_UP, second = receipts.length > 0 ? null : MADE_UP] = receipts
  const lines = [
    [first.accessKey, ''],
    ...(second === null ? [] : [[second.number, second.issuerRuc]]),
  ]
  return csvHeadOf(COLUMNS) + lines.map((line) => csvLineOfCells(line.map(digits))).join('')
}
