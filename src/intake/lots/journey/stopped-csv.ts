import type { Db } from '../../../db/open.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../../values/tables/csv.ts'
import type { NamedLot } from './funnel-store.ts'
import type { ItemPlace } from './item-store.ts'
import { stoppedAt } from './stopped-list.ts'

const COLUMNS = [
  'Lote',
  'Documento',
  'Comprobante',
  'Clave de acceso',
  'Cliente',
  'Correo',
  'Estado',
  'Última respuesta',
]
const SLICE = 500

/** Everybody who stopped at a stage. */
export async function* stoppedCsv(
  db: Db,
  lots: readonly NamedLot[],
  stage: Stage,
  now: Date,
): AsyncGenerator<string> {
  yield csvHeadOf(COLUMNS)
  for (let after: ItemPlace = { lotId: 0, n: 0 }; ; ) {
    const rows = await stoppedAt(db, lots, stage, { after, limit: SLICE }, now)
    yield rows
      .map((row) =>
        csvLineOf([
          textCell(row.lot),
          String(row.place.n),
          textCell(row.number),
          digitsCell(row.accessKey),
          textCell(row.customer.name),
          textCell(row.address),
          textCell(row.state),
          textCell(row.answer),
        ]),
      )
      .join('')
    after = rows.at(-1)?.place ?? after
    if (rows.length < SLICE) return
  }
}
