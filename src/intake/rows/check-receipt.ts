import type { ReceiptDraft } from '../../sri/draft.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { draftDebitNote } from './drafts/draft-debit-note.ts'
import { draftDeliveryNote } from './drafts/draft-delivery-note.ts'
import {
  type Drafted,
  draftCreditNote,
  draftInvoice,
  draftSettlement,
  isFee,
} from './drafts/draft-sale.ts'
import { draftWithholding } from './drafts/draft-withholding.ts'
import type { Findings, Line, SheetRow } from './drafts/line.ts'
import { partsOf, readLines } from './drafts/read-lines.ts'
import { complain, type Fault } from './fault.ts'
import { templateOf } from './templates/templates.ts'

/** What a receipt is judged against besides itself. */
export interface CheckOptions {
  /** Nothing may be dated later. */
  readonly today: Day
}

/** A receipt read from its rows: good when it has a draft, and then without a fault. */
export interface CheckedReceipt {
  readonly draft: ReceiptDraft | null
  /** Everything that is wrong, row by row. */
  readonly faults: readonly Fault[]
  /** What deserves another look and holds nothing back. */
  readonly warnings: readonly Fault[]
}

type Drafting = (
  first: Line,
  lines: readonly Line[],
  parts: readonly (readonly Line[])[],
) => Drafted | null

const drafting: Readonly<Record<DocumentKind, Drafting>> = {
  invoice: draftInvoice,
  'purchase-settlement': draftSettlement,
  'credit-note': draftCreditNote,
  'debit-note': draftDebitNote,
  'delivery-note': draftDeliveryNote,
  withholding: draftWithholding,
}

/** Its XML stays below the 320 KB of the SRI, however long the descriptions are. */
export const LINES_MAX = 200

/**
 * Reads and judges the rows of one receipt, from a file or corrected on a screen: each cell by its
 * column, its lines against each other, rates on their day, amounts to the cent.
 *
 * @param rows at least one, all of one reference, their cells in the order of the template
 */
export function checkReceipt(
  kind: DocumentKind,
  rows: readonly SheetRow[],
  { today }: CheckOptions,
): CheckedReceipt {
  const template = templateOf(kind)
  const findings: Findings = { faults: [], warnings: [] }
  const lines = readLines(template, rows, findings)
  const [first] = lines
  if (first === undefined) throw new RangeError('A receipt without rows')
  checkHead(first, today)
  if (lines.length > LINES_MAX) {
    first.complain(null, complain('too-many-lines', { expected: String(LINES_MAX) }))
  }
  const drafted = drafting[kind](first, lines, partsOf(template, lines))
  const faults = findings.faults.sort((one, other) => one.row - other.row)
  const good = drafted !== null && faults.length === 0
  return { draft: good ? draftOf(first, drafted) : null, faults, warnings: findings.warnings }
}

function checkHead(first: Line, today: Day): void {
  if (first.get('fecha_emision') > today) first.complain('fecha_emision', complain('future-date'))
  const lone = (first.get('establecimiento') === '') !== (first.get('punto_emision') === '')
  if (!lone || first.spoiled('establecimiento', 'punto_emision')) return
  const empty = first.get('establecimiento') === '' ? 'establecimiento' : 'punto_emision'
  first.complain(empty, complain('series-incomplete'))
}

function draftOf(first: Line, { document, totalCents }: Drafted): ReceiptDraft {
  const establishment = first.get('establecimiento')
  const issuePoint = first.get('punto_emision')
  const issuerRuc = first.get('emisor')
  return {
    ...(issuerRuc === '' ? {} : { issuerRuc }),
    issuedOn: first.day('fecha_emision'),
    series: establishment === '' ? null : { establishment, issuePoint },
    email: (first.has('correo') && first.get('correo')) || null,
    totalCents,
    ...(isFee(first) ? { isFee: true as const } : {}),
    document,
  }
}
