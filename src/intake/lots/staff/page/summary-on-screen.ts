import type { ItemReach } from '../../../../db/tables/intake.ts'
import { formatRate, taxLabels } from '../../../../sri/catalogues/catalogues.ts'
import { kindFacts } from '../../../../sri/kinds.ts'
import { formatCount } from '../../../../values/count.ts'
import { cents, formatMoney } from '../../../../values/money.ts'
import type { Lot } from '../../lot.ts'
import type { BadSignature, Gap, LotSummary } from '../../lot-summary.ts'
import { publishable } from '../../lot-summary.ts'
import { reachWords } from '../messages.ts'

/** Numbers of a series that are missing, each stretch of them. */
interface SeriesOnScreen {
  kind: string
  issuer: string
  series: string
  gaps: {
    from: string
    /** Null when only one is missing. */
    to: string | null
    count: number
  }[]
}

/** What reading a lot showed, as its page prints it. */
export interface SummaryOnScreen {
  publishable: number
  kinds: readonly { name: string; count: number; total: string }[]
  taxes: readonly { name: string; kind: string; base: string; amount: string }[]
  reach: readonly { text: string; help: string; count: number; href: string }[]
  warnings: number
  badSignatures: { count: number; named: readonly BadSignature[] }
  samples: readonly { text: string; href: string }[]
  /** The first, and those that only who asks for them sees. */
  gaps: { first: readonly SeriesOnScreen[]; rest: readonly SeriesOnScreen[]; more: number }
  missing: number
}

const GAPS_SHOWN = 8
const WHEN_ISSUED = 'cuando el SRI autorice cada comprobante'

export function summaryOnScreen(
  summary: LotSummary,
  address: string,
  { kind, publishedAt }: Pick<Lot, 'kind' | 'publishedAt'>,
): SummaryOnScreen {
  const { kinds, taxes, reach, warnings, badSignatures, samples, gaps, missing } = summary
  return {
    publishable: publishable(summary),
    kinds: Object.entries(kinds).map(([kind, sum]) => ({
      name: kindFacts(kind as keyof typeof kinds).plural,
      count: sum.count,
      total: kind === 'delivery-note' ? '' : formatMoney(cents(sum.cents)),
    })),
    taxes: Object.values(taxes)
      .toSorted(byKindAndRate(Object.keys(kinds)))
      .map(({ kind, tax, rateBp, baseCents, amountCents }) => ({
        name: `${taxLabels[tax]}${rateBp === null ? '' : ` ${formatRate(rateBp)}`}`,
        kind: kindFacts(kind).plural,
        base: formatMoney(cents(baseCents)),
        amount: formatMoney(cents(amountCents)),
      })),
    reach: Object.entries(reachWords).flatMap(([name, words]) => {
      const count = reach[name as ItemReach] ?? 0
      const help = kind === 'rows' && name === 'mail' ? WHEN_ISSUED : words.help
      return count === 0 ? [] : [{ ...words, help, count, href: `${address}/alcance/${name}` }]
    }),
    warnings,
    badSignatures: { count: badSignatures?.count ?? 0, named: badSignatures?.first ?? [] },
    // Once rows are to be issued, what they become is looked at and no longer how it might be.
    samples: (kind === 'rows' && publishedAt !== null ? [] : samples).map(({ n, kind }) => ({
      text: `${kindFacts(kind).name}, n.º ${formatCount(n)}`,
      href: `${address}/filas/${n}.pdf`,
    })),
    gaps: {
      first: bySeries(gaps.slice(0, GAPS_SHOWN)),
      rest: bySeries(gaps.slice(GAPS_SHOWN)),
      more: Math.max(0, gaps.length - GAPS_SHOWN),
    },
    missing,
  }
}

type TaxOfKind = LotSummary['taxes'][string]

/** The kinds in the order of the table above; of each the highest rate first. */
function byKindAndRate(kinds: readonly string[]) {
  return (one: TaxOfKind, other: TaxOfKind) =>
    kinds.indexOf(one.kind) - kinds.indexOf(other.kind) || (other.rateBp ?? 0) - (one.rateBp ?? 0)
}

/** The gaps come in the order of their series: each is named once. */
function bySeries(gaps: readonly Gap[]): SeriesOnScreen[] {
  const number = (sequence: number) => String(sequence).padStart(9, '0')
  const groups = Map.groupBy(
    gaps,
    ({ kind, issuerRuc, series }) => `${kind} ${issuerRuc} ${series}`,
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    const { kind, issuerRuc: issuer, series } = first
    const stretches = group.map(({ from, to }) => {
      return { from: number(from), to: from === to ? null : number(to), count: to - from + 1 }
    })
    return [{ kind: kindFacts(kind).plural, issuer, series, gaps: stretches }]
  })
}
