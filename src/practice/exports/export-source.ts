import type { Db } from '../../db/open.ts'
import type { OwnedReceipt } from '../../receipts/receipt.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { eachReceiptOf, receiptsOf } from '../../receipts/search/page-store.ts'
import type { ReceiptFilter } from '../../receipts/search/search-filter.ts'
import { addDays, type Day, firstOfMonth } from '../../values/day.ts'
import { EXPORT_STRETCH, gatherFacts } from '../facts/gather-facts.ts'
import type { Client, ExportSource, TaxpayerMonth } from '../facts/receipt-facts.ts'

type Needs = Parameters<typeof gatherFacts>[0]

/** Receipts of a search, oldest first, with their documents. */
export function sourceOf(needs: Needs, reader: ClientReader, filter: ReceiptFilter): ExportSource {
  const receipts = (of: ClientReader, within: ReceiptFilter) =>
    eachReceiptOf(needs.db, () => of.scopeNow(), within, 'fecha', EXPORT_STRETCH)
  return {
    all: () => gatherFacts(needs, reader, receipts(reader, filter)),
    months: () => monthsOf(needs, reader, filter, receipts),
  }
}

type Receipts = (of: ClientReader, filter: ReceiptFilter) => AsyncIterable<readonly OwnedReceipt[]>

/** Taxpayer by taxpayer, month by month, those with nothing left out: nothing is held in between. */
async function* monthsOf(
  needs: Needs,
  reader: ClientReader,
  filter: ReceiptFilter,
  receipts: Receipts,
): AsyncGenerator<TaxpayerMonth> {
  for (const partyId of new Set(reader.scope.map((part) => part.partyId))) {
    const own = ofParty(reader, partyId)
    const ends = await endsOf(needs.db, own, filter)
    if (ends === null) continue
    for (let first = firstOfMonth(ends.from); first <= ends.to; first = firstOfMonth(first, 1)) {
      const within = inMonth(filter, first)
      const [sample] = (await page(needs.db, own, within, 'fecha')).receipts
      if (sample === undefined) continue
      const batches = gatherFacts(needs, own, receipts(own, within))
      yield { client: clientOf(reader, sample), month: first.slice(0, 7), batches }
    }
  }
}

function ofParty(reader: ClientReader, partyId: number): ClientReader {
  const only = (scope: ClientReader['scope']) => scope.filter((part) => part.partyId === partyId)
  const scopeNow = async () => only(await reader.scopeNow())
  return { ...reader, scope: only(reader.scope), scopeNow }
}

function page(db: Db, reader: ClientReader, filter: ReceiptFilter, order: 'fecha' | '-fecha') {
  return receiptsOf(db, reader.scope, filter, { order, cursor: null, size: 1 })
}

async function endsOf(
  db: Db,
  reader: ClientReader,
  filter: ReceiptFilter,
): Promise<{ from: Day; to: Day } | null> {
  const [first] = (await page(db, reader, filter, 'fecha')).receipts
  const [last] = (await page(db, reader, filter, '-fecha')).receipts
  return first && last ? { from: first.issuedOn, to: last.issuedOn } : null
}

function inMonth(filter: ReceiptFilter, first: Day): ReceiptFilter {
  const last = addDays(firstOfMonth(first, 1), -1)
  const from = filter.from !== null && filter.from > first ? filter.from : first
  const to = filter.to !== null && filter.to < last ? filter.to : last
  return { ...filter, from, to }
}

function clientOf({ clients }: ClientReader, { partyId, recipientNumber }: OwnedReceipt): Client {
  const client = clients?.get(partyId)
  return { taxId: client?.number ?? recipientNumber, name: client?.name ?? '' }
}
