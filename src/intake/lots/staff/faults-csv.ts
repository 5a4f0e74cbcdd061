import type { Db } from '../../../db/open.ts'
import { csvHeadOf, csvLineOf, digitsCell, textCell } from '../../../values/tables/csv.ts'
import { faultsOf } from '../lot-item-store.ts'

const COLUMNS = ['Documento', 'Archivo', 'Clave de acceso', 'Cliente', 'Código', 'Qué pasa']
const SLICE = 500

/** Every document of a lot that is refused, with its reason. */
export async function* faultsCsv(db: Db, lotId: number): AsyncGenerator<string> {
  yield csvHeadOf(COLUMNS)
  for (let after = 0; ; ) {
    const items = await faultsOf(db, lotId, { afterN: after, limit: SLICE })
    yield items
      .map(({ n, name, accessKey, recipient, code, message }) =>
        csvLineOf([
          String(n),
          textCell(name ?? ''),
          digitsCell(accessKey ?? ''),
          textCell(recipient ?? ''),
          textCell(code ?? ''),
          textCell(message ?? ''),
        ]),
      )
      .join('')
    after = items.at(-1)?.n ?? after
    if (items.length < SLICE) return
  }
}
