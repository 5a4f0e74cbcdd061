import type { Db } from '../../db/open.ts'
import { noteLook } from '../../receipts/grant-use-store.ts'
import { addReadings } from '../../receipts/reading-store.ts'
import { signedValue } from '../../receipts/receipt.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { cents } from '../../values/money.ts'
import { digits, money, number } from '../exports/cell.ts'
import { type Table, words } from '../exports/table.ts'
import { grantsOfLines, type ResolvedLine, resolveLines, statedRemark } from './query-page.ts'
import { linesAfter } from './query-store.ts'
import { verdictFacts } from './verdict.ts'

const SLICE = 250

/** The lines of an answer with what may be seen of them, each slice written into the read log first. */
export async function* eachLine(
  { db, now }: { db: Db; now: () => Date },
  reader: ClientReader,
  queryId: number,
): AsyncGenerator<readonly ResolvedLine[]> {
  for (let after = 0; ; ) {
    const lines = await linesAfter(db, queryId, after, SLICE)
    const last = lines.at(-1)
    if (last === undefined) return
    const scope = await reader.scopeNow()
    const resolved = await resolveLines(db, { ...reader, scope }, lines)
    const receipts = resolved.flatMap(({ receipt }) => receipt ?? [])
    await addReadings(db, reader, 'csv', receipts, now())
    await noteLook(db, reader, 'batch', grantsOfLines(scope, resolved), now())
    yield resolved
    after = last.n
  }
}

/** The answer to a query, line by line, as a table. */
export const answerTable: Table<ResolvedLine, ResolvedLine> = {
  name: 'Consulta',
  rowsOf: (line) => [line],
  columns: [
    {
      title: 'Fila',
      width: 7,
      of: ({ line }) => number(line.row === null ? '' : String(line.row)),
    },
    { title: 'Lo que pediste', width: 52, of: ({ line }) => digits(line.value) },
    words('Respuesta', 30, ({ verdict }) => verdictFacts(verdict).name),
    {
      title: 'RUC o cédula del cliente',
      width: 16,
      of: ({ client, receipt }) => digits(receipt?.recipientNumber ?? client?.number ?? ''),
    },
    words('Cliente', 32, ({ client }) => client?.name ?? ''),
    words('Fecha', 12, ({ receipt }) => receipt?.issuedOn ?? ''),
    words('Tipo', 24, ({ receipt }) => (receipt ? kindFacts(receipt.kind).name : '')),
    { title: 'Número', width: 19, of: ({ receipt }) => digits(receipt?.number ?? '') },
    { title: 'RUC del emisor', width: 16, of: ({ receipt }) => digits(receipt?.issuerRuc ?? '') },
    {
      title: 'Comprobantes',
      width: 13,
      of: ({ line, client }) =>
        number(line.receipts === undefined || client === null ? '' : String(line.receipts)),
    },
    {
      title: 'Valor',
      width: 14,
      of: ({ line, receipt, client }) => {
        if (receipt !== null) return money(signedValue(receipt))
        return money(line.cents === undefined || client === null ? null : cents(line.cents))
      },
    },
    { title: 'Clave de acceso', width: 52, of: ({ receipt }) => digits(receipt?.accessKey ?? '') },
    words('Observación', 60, (one) =>
      [verdictFacts(one.verdict).says, statedRemark(one), one.line.remark]
        .filter(Boolean)
        .join(' '),
    ),
  ],
}
