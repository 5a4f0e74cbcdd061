import type { Db } from '../../../db/open.ts'
import type { ReceiptScope } from '../../../receipts/scope/scope.ts'
import { withQuery } from '../../../receipts/search/search-url.ts'
import { formatCount } from '../../../values/count.ts'
import { addDays, type Day, dayOf, firstOfMonth, formatDay } from '../../../values/day.ts'
import { cents, formatMoney } from '../../../values/money.ts'
import type { MonthSeal } from '../../completeness/month-seal.ts'
import { latestSeals } from '../../completeness/seal-store.ts'
import { isWhole, sharesOf } from '../scope.ts'
import { monthName } from './package-words.ts'

/** A sealed month as its owner sees it. */
export interface MonthOnScreen {
  readonly month: string
  readonly name: string
  readonly receipts: string
  /** The same as a number. */
  readonly count: number
  readonly value: string
  readonly root: string
  readonly sealed: string
  /** What came after the first seal; null of a first edition. */
  readonly changed: string | null
  readonly prepare: string
  /** Where its numbering is explained. */
  readonly numbering: string
}

const MONTHS_SHOWN = 12

/**
 * The last year of sealed months of the one taxpayer in a scope; none of several, nor of one of whom
 * not everything may be read.
 *
 * @param ruc which one that is, for who has several
 */
export async function monthsOnScreen(
  db: Db,
  scope: ReceiptScope,
  now: Date,
  ruc: string | null = null,
): Promise<MonthOnScreen[]> {
  const [share, ...others] = sharesOf(scope)
  if (!share || others.length > 0 || !isWhole(share)) return []
  const from = firstOfMonth(dayOf(now), -MONTHS_SHOWN - 1).slice(0, 7)
  const seals = await latestSeals(db, [share.partyId], { from, to: null })
  return seals
    .toReversed()
    .slice(0, MONTHS_SHOWN)
    .map((seal) => onScreen(seal, ruc))
}

function onScreen(seal: MonthSeal, ruc: string | null): MonthOnScreen {
  const whose = ruc === null ? '' : `ruc=${encodeURIComponent(ruc)}`
  const first = `${seal.month}-01` as Day
  const last = addDays(firstOfMonth(first, 1), -1)
  const days = `periodo=rango&desde=${first}&hasta=${last}`
  return {
    month: seal.month,
    name: monthName(seal.month),
    receipts: formatCount(seal.receipts),
    count: seal.receipts,
    value: formatMoney(cents(sumOf(seal))),
    root: seal.root,
    sealed: formatDay(dayOf(seal.sealedAt)),
    changed: seal.edition === 1 ? null : changeWords(seal),
    prepare: withQuery('/descargas/nueva', [days, whose].filter(Boolean).join('&')),
    numbering: withQuery(`/descargas/meses/${seal.month}`, whose),
  }
}

/** As a list adds up: credit notes take away. */
function sumOf({ sums }: MonthSeal): number {
  return sums.reduce((sum, one) => sum + (one.kind === 'credit-note' ? -one.cents : one.cents), 0)
}

function changeWords({ edition, added }: MonthSeal): string {
  const late =
    added.length === 0
      ? 'cambió un estado o un archivo, o se retiró un comprobante'
      : added.length === 1
        ? 'llegó 1 comprobante después del sello'
        : `llegaron ${formatCount(added.length)} comprobantes después del sello`
  return `Edición ${edition}: ${late}`
}
