import type { Block, Pair, RideSheet, Table } from '../../ride/sheet.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { formatLongDay } from '../../values/day.ts'
import { formatMoney } from '../../values/money.ts'
import { isCedula, maskTaxId } from '../../values/tax-id.ts'
import { statusNotices } from '../messages.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { isDownloadable, isTest, signedValue, statusFacts, statusSentence } from '../receipt.ts'
import type { StoredReceipt } from '../receipt-store.ts'
import { receiptTitle } from '../search/list-row.ts'
import type { StoryStep } from './receipt-story.ts'

/** A cell of a table on screen, which on phones hides or stacks under the main one. */
interface ScreenTable {
  readonly heads: readonly { label: string; classes: string }[]
  /** More columns than a screen holds at ease. */
  readonly dense: boolean
  readonly rows: readonly ScreenRow[]
}

interface ScreenCell {
  readonly text: string
  readonly main: boolean
  /** As its attribute says it. */
  readonly classes: string
}

interface ScreenRow {
  readonly cells: readonly ScreenCell[]
  readonly notes: readonly string[]
  /** What the hidden columns say, for phones: «Cantidad 1 · Precio unitario 48,00». */
  readonly stacked: string
}

interface ScreenBlock {
  readonly title: string
  readonly pairs: readonly Pair[]
  readonly table: ScreenTable | null
}

/** Everything that the page of one receipt prints. */
export interface ReceiptPageData {
  readonly key: string
  readonly title: string
  readonly number: string
  readonly kind: string
  readonly issued: { readonly day: string; readonly text: string }
  readonly issuerName: string
  readonly status: { readonly text: string; readonly tone: string; readonly icon: string }
  readonly test: boolean
  /** What stands over the big figure, and the figure; null for a guía. */
  readonly total: { readonly label: string; readonly value: string } | null
  readonly files: boolean
  /** Why there are no files yet, or what to know of them. */
  readonly notice: { readonly kind: 'espera' | 'mal' | 'nota'; readonly text: string } | null
  readonly problem: string | null
  readonly groups: string
  readonly document: ScreenDocument | null
  readonly story: readonly StoryStep[]
}

/** The sheet as a page has room for it. */
interface ScreenDocument {
  readonly blocks: readonly ScreenBlock[]
  readonly aside: readonly ScreenBlock[]
  readonly totals: RideSheet['totals']
  readonly party: ScreenBlock
  readonly issuer: readonly Pair[]
  readonly additional: readonly Pair[]
  readonly legends: readonly string[]
}

const NOTICE_KINDS = { pending: 'espera', rejected: 'mal', annulled: 'nota' } as const

/** Puts a receipt into the words of its page; `sheet` is the very one that the PDF draws. */
export function describePage(
  receipt: StoredReceipt,
  sheet: RideSheet | null,
  story: readonly StoryStep[],
  problem: string | null = null,
): ReceiptPageData {
  const { tone, icon } = statusFacts(receipt.status)
  const value = signedValue(receipt)
  return {
    key: receipt.accessKey,
    title: receiptTitle(receipt),
    number: receipt.number,
    kind: kindFacts(receipt.kind).name,
    issued: { day: receipt.issuedOn, text: formatLongDay(receipt.issuedOn) },
    issuerName: receipt.issuerName,
    status: { text: statusSentence(receipt), tone, icon },
    test: isTest(receipt),
    total:
      value === null
        ? null
        : {
            label: receipt.kind === 'withholding' ? 'Total retenido' : 'Total',
            value: formatMoney(value),
          },
    files: isDownloadable(receipt),
    notice: noticeOf(receipt.status),
    problem,
    groups: receipt.accessKey.replaceAll(/(\d{7})(?=\d)/g, '$1 '),
    document: sheet && describeDocument(sheet),
    story,
  }
}

function noticeOf(status: ReceiptStatus): ReceiptPageData['notice'] {
  if (status === 'authorized') return null
  return { kind: NOTICE_KINDS[status], text: statusNotices[status] }
}

function describeDocument(sheet: RideSheet): ScreenDocument {
  const { issuer } = sheet
  const name =
    issuer.tradeName === null ? [] : [{ label: 'Nombre comercial', value: issuer.tradeName }]
  return {
    blocks: sheet.body.map(screenBlock),
    aside: sheet.aside.map(screenBlock),
    totals: sheet.totals,
    party: screenBlock(sheet.party),
    issuer: [{ label: 'Emisor', value: issuer.name }, ...name, ...sheet.header, ...issuer.facts],
    additional: sheet.additional,
    legends: issuer.legends,
  }
}

/** A person's number is shown whole in the PDF and the XML only: screens are looked at by others. */
function maskPair(pair: Pair): Pair {
  if (!isCedula(pair.value.slice(0, 10)) || !/^\d{10}(001)?$/.test(pair.value)) return pair
  return { label: pair.label, value: maskTaxId(pair.value) }
}

function screenBlock(block: Block): ScreenBlock {
  return {
    title: block.title,
    pairs: block.pairs.map(maskPair),
    table: block.table && screenTable(block.table),
  }
}

const DENSE_COLUMNS = 6
/** A document number is this long; what is longer may go on a second line. */
const UNBROKEN_MAX = 17

/** A phone has room for the main column and the last figure; the rest goes below the main one. */
function screenTable(table: Table): ScreenTable {
  const { columns, main, rows } = table
  const last = columns.findLastIndex(({ align }) => align === 'end')
  const narrow = (at: number) => at === main || at === last
  const classes = (at: number, text: string) =>
    [
      columns[at]?.align === 'end' ? 'cifra' : text.length <= UNBROKEN_MAX ? 'fijo' : '',
      narrow(at) ? '' : 'solo-ancho',
      at === last && text !== '' ? 'valor' : '',
    ]
      .filter(Boolean)
      .join(' ')
  // The row is headed by what it is about, so that its other cells read as what they are of it.
  const places = [main, ...[...columns.keys()].filter((at) => at !== main)]
  return {
    heads: places.map((at) => ({ label: columns[at]?.label ?? '', classes: classes(at, '') })),
    dense: columns.length > DENSE_COLUMNS,
    rows: rows.map(({ cells, notes }) => ({
      cells: places.map((at) => {
        const text = cells[at] ?? ''
        return { text, main: at === main, classes: classes(at, text) }
      }),
      notes,
      stacked: places
        .filter((at) => !narrow(at) && cells[at])
        .map((at) => `${columns[at]?.label} ${cells[at]}`)
        .join(' · '),
    })),
  }
}
