import type { Db } from '../../../../db/open.ts'
import type { ItemOutcome } from '../../../../db/tables/intake.ts'
import type { DocumentKind } from '../../../../sri/kinds.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../../../values/tables/csv.ts'
import { faultyCsvHead, faultyCsvLines } from '../../../rows/faulty-csv.ts'
import type { Lot } from '../../lot.ts'
import { faultsOf } from '../../lot-item-store.ts'
import { faultyRows } from '../../rows/draft-store.ts'
import { saidOf } from './faults-on-screen.ts'

const COLUMNS = [
  'Documento',
  'Archivo',
  'Clave de acceso',
  'Cliente',
  'Resultado',
  'Código',
  'Qué pasa',
]
/** What comes twice is in the list so that it is complete: the column says that it needs no cure. */
const RESULTS: Partial<Record<ItemOutcome, string>> = {
  refused: 'Con error',
  clashing: 'Misma clave, otro contenido',
  repeated: 'Repetido: no hay que corregirlo',
}
const SLICE = 500

/** Every document of a lot that is left out, with its reason. */
export function faultsCsv(db: Db, { id, documentKind }: Lot): AsyncGenerator<string> {
  return documentKind === null ? faultyDocuments(db, id) : faultyReceipts(db, id, documentKind)
}

/** In the columns of the template, so that what is mended can be loaded again. */
async function* faultyReceipts(db: Db, lotId: number, kind: DocumentKind): AsyncGenerator<string> {
  yield faultyCsvHead(kind)
  for (let after = 0; ; ) {
    const receipts = await faultyRows(db, lotId, { afterN: after, limit: SLICE })
    yield receipts
      .map((receipt) => faultyCsvLines(kind, { ...receipt, faults: saidOf(receipt) }))
      .join('')
    after = receipts.at(-1)?.n ?? after
    if (receipts.length < SLICE) return
  }
}

async function* faultyDocuments(db: Db, lotId: number): AsyncGenerator<string> {
  yield csvHeadOf(COLUMNS)
  for (let after = 0; ; ) {
    const items = await faultsOf(db, lotId, { afterN: after, limit: SLICE })
    yield items
      .map(({ n, outcome, name, accessKey, recipient, code, message }) =>
        csvLineOf([
          String(n),
          textCell(name ?? ''),
          digitsCell(accessKey ?? ''),
          textCell(recipient ?? ''),
          textCell(RESULTS[outcome] ?? ''),
          textCell(code ?? ''),
          textCell(message ?? ''),
        ]),
      )
      .join('')
    after = items.at(-1)?.n ?? after
    if (items.length < SLICE) return
  }
}
