import type { Db } from '../../../../db/open.ts'
import type { ItemOutcome, ItemReach } from '../../../../db/tables/intake.ts'
import type { Staff } from '../../../../identity/person.ts'
import { waitingAbout } from '../../../../identity/staff/approvals/approval-store.ts'
import { loginNames } from '../../../../identity/staff/login-name-store.ts'
import { LOTS, mayDo } from '../../../../identity/staff/rights.ts'
import { taxLabels } from '../../../../sri/catalogues/catalogues.ts'
import { kindFacts } from '../../../../sri/kinds.ts'
import { formatBytes, formatCount } from '../../../../values/count.ts'
import { cents, formatMoney } from '../../../../values/money.ts'
import { readableName } from '../../../../values/person-name.ts'
import type { Job } from '../../../../work/job.ts'
import { lastJobOf } from '../../../../work/job-store.ts'
import type { Journey } from '../../journey/journey.ts'
import { journeyOf } from '../../journey/journey.ts'
import type { Lot } from '../../lot.ts'
import { lotSubject } from '../../lot.ts'
import type { LotItem } from '../../lot-item-store.ts'
import { LOT_JOBS } from '../../lot-jobs.ts'
import { filesOf, lotWithFile } from '../../lot-store.ts'
import type { Gap, LotSummary } from '../../lot-summary.ts'
import { publishable } from '../../lot-summary.ts'
import { isWithdrawable } from '../../withdraw-lot.ts'
import { lotStatuses, outcomeWords, reachWords } from '../messages.ts'
import type { LotReader } from '../reader-store.ts'
import { readersOf } from '../reader-store.ts'
import type { FaultOnScreen } from './faults-on-screen.ts'
import { faultsOnScreen } from './faults-on-screen.ts'
import type { WorkOnScreen } from './lot-progress.ts'
import { stepsOf, workOnScreen } from './lot-progress.ts'

/** Everything that the page of a lot prints. */
export interface LotPage {
  number: string
  /** What its rows become, in words; null of a lot of documents. */
  rowsOf: string | null
  address: string
  status: { text: string; tone: string }
  loadedBy: string
  loadedAt: Date
  publishedBy: string | null
  publishedAt: Date | null
  files: readonly { name: string; size: string; earlier: { href: string; text: string } | null }[]
  steps: ReturnType<typeof stepsOf>
  work: WorkOnScreen | null
  outcomes: readonly { text: string; tone: string; count: number }[]
  summary: SummaryOnScreen | null
  journey: Journey | null
  faults: readonly FaultOnScreen[]
  /** The address of the next faults. */
  moreFaults: string | null
  readers: readonly LotReader[]
  /** Where what waits for a second person stands. */
  proposal: { href: string; text: string } | null
  may: { publish: boolean; withdraw: boolean; discard: boolean; mend: boolean }
}

interface SummaryOnScreen {
  publishable: number
  kinds: readonly { name: string; count: number; total: string }[]
  taxes: readonly { name: string; kind: string; base: string; amount: string }[]
  reach: readonly { text: string; help: string; count: number; href: string }[]
  warnings: number
  samples: readonly { text: string; href: string }[]
  /** The first, and those that only who asks for them sees. */
  gaps: { first: readonly string[]; rest: readonly string[] }
  missing: number
}

const FAULTS_PAGE = 50
const READERS_SHOWN = 20
const GAPS_SHOWN = 8

/** A lot as one person of the bank may see it and act on it. */
export async function lotPageOf(
  db: Db,
  viewer: Staff,
  lot: Lot,
  now: Date,
  after = 0,
): Promise<LotPage> {
  const job = await lastJobOf(db, lot.id, LOT_JOBS)
  const address = `${LOTS}/${lot.number}`
  const work = job === null ? null : workOnScreen(lot, job, now, mayDo(viewer.role, 'lots.load'))
  const names = await loginNames(db, [lot.loadedBy ?? 0, lot.publishedBy ?? 0])
  const page = { after, limit: FAULTS_PAGE }
  const { faults, last } = await faultsOnScreen(db, lot, address, page)
  const proposal = await proposalOn(db, lot)
  return {
    number: lot.number,
    rowsOf: lot.documentKind === null ? null : kindFacts(lot.documentKind).plural,
    address,
    status: lotStatuses[lot.status],
    loadedBy: nameOf(names, lot.loadedBy),
    loadedAt: lot.loadedAt,
    publishedBy: lot.publishedBy === null ? null : nameOf(names, lot.publishedBy),
    publishedAt: lot.publishedAt,
    files: await filesOnScreen(db, lot),
    steps: stepsOf(lot),
    work,
    outcomes: outcomesOnScreen(outcomesOf(lot, job)),
    summary: lot.summary === null ? null : summaryOnScreen(lot.summary, address),
    journey: await journeyOf(db, lot),
    faults,
    moreFaults: last === null ? null : `${address}?desde=${last}#errores`,
    readers: lot.publishedAt === null ? [] : await readersOf(db, lot.id, READERS_SHOWN),
    proposal,
    may: proposal ? NOTHING : mayOf(viewer, lot),
  }
}

const NOTHING = { publish: false, withdraw: false, discard: false, mend: false }

function mayOf({ role }: Staff, lot: Lot): LotPage['may'] {
  const { status, summary } = lot
  if (!mayDo(role, 'lots.load')) return NOTHING
  const rows = lot.kind === 'rows'
  const hasFiles = lot.folder !== null
  const anew = status === 'ready' || status === 'stopped'
  return {
    // Rows are kept in the database, whatever became of the file.
    publish: anew && (rows || hasFiles) && (summary === null || publishable(summary) > 0),
    withdraw: isWithdrawable(lot),
    discard: status === 'ready' && lot.publishedAt === null,
    mend: rows && hasFiles && (anew || status === 'published'),
  }
}

/** While it is read the counts are those of the last step; else those of the last work that ended. */
function outcomesOf({ status, summary }: Lot, job: Job | null): LotSummary['outcomes'] {
  if (status === 'publishing' || status === 'withdrawing') return {}
  if (status !== 'reading') return summary?.outcomes ?? {}
  const checkpoint = job?.checkpoint as LotSummary | { summary: LotSummary } | null
  if (!checkpoint) return {}
  return 'summary' in checkpoint ? checkpoint.summary.outcomes : checkpoint.outcomes
}

function outcomesOnScreen(counts: Partial<Record<ItemOutcome, number>>) {
  return Object.entries(outcomeWords).flatMap(([outcome, words]) => {
    const count = counts[outcome as ItemOutcome] ?? 0
    return count === 0 ? [] : [{ ...words, count }]
  })
}

function nameOf(names: ReadonlyMap<number, string>, loginId: number | null): string {
  return loginId === null ? 'la línea de órdenes' : (names.get(loginId) ?? 'alguien')
}

async function filesOnScreen(db: Db, lot: Lot): Promise<LotPage['files']> {
  const files = await filesOf(db, lot.id)
  return Promise.all(
    files.map(async ({ name, bytes, sha256 }) => {
      const earlier = await lotWithFile(db, sha256, lot.id)
      const link = earlier && { href: `${LOTS}/${earlier.number}`, text: earlier.number }
      return { name, size: formatBytes(bytes), earlier: link }
    }),
  )
}

async function proposalOn(db: Db, lot: Lot): Promise<LotPage['proposal']> {
  const subject = lotSubject(lot)
  const publication = await waitingAbout(db, 'lot.publish', subject)
  const withdrawal = await waitingAbout(db, 'lot.withdraw', subject)
  const found = publication ?? withdrawal
  if (found === null) return null
  const text = publication === null ? 'Retirarlo' : 'Publicarlo'
  return { href: `/interno/aprobaciones/${found}`, text: `${text} espera a una segunda persona.` }
}

function summaryOnScreen(summary: LotSummary, address: string): SummaryOnScreen {
  const { kinds, taxes, reach, warnings, samples, gaps, missing } = summary
  return {
    publishable: publishable(summary),
    kinds: Object.entries(kinds).map(([kind, sum]) => ({
      name: kindFacts(kind as keyof typeof kinds).plural,
      count: sum.count,
      total: kind === 'delivery-note' ? '' : formatMoney(cents(sum.cents)),
    })),
    taxes: Object.values(taxes)
      .toSorted(byKindAndRate)
      .map(({ kind, tax, rateBp, baseCents, amountCents }) => ({
        name: `${taxLabels[tax]}${rateBp === null ? '' : ` ${rateWords(rateBp)}`}`,
        kind: kindFacts(kind).plural,
        base: formatMoney(cents(baseCents)),
        amount: formatMoney(cents(amountCents)),
      })),
    reach: Object.entries(reachWords).flatMap(([name, words]) => {
      const count = reach[name as ItemReach] ?? 0
      return count === 0 ? [] : [{ ...words, count, href: `${address}/alcance/${name}` }]
    }),
    warnings,
    samples: samples.map(({ n, kind }) => ({
      text: `${kindFacts(kind).name}, n.º ${formatCount(n)}`,
      href: `${address}/filas/${n}.pdf`,
    })),
    gaps: {
      first: gaps.slice(0, GAPS_SHOWN).map(gapWords),
      rest: gaps.slice(GAPS_SHOWN).map(gapWords),
    },
    missing,
  }
}

type TaxOfKind = LotSummary['taxes'][string]

function byKindAndRate(one: TaxOfKind, other: TaxOfKind): number {
  if (one.kind !== other.kind) return one.kind < other.kind ? -1 : 1
  return (other.rateBp ?? 0) - (one.rateBp ?? 0)
}

/** `15 %`, `1,75 %`. */
function rateWords(basisPoints: number): string {
  return `${String(basisPoints / 100).replace('.', ',')}\u00a0%`
}

function gapWords({ kind, issuerRuc, series, from, to }: Gap): string {
  const number = (sequence: number) => `${series}-${String(sequence).padStart(9, '0')}`
  const { plural } = kindFacts(kind)
  const count = to - from + 1
  const range =
    count === 1
      ? `falta ${number(from)}`
      : `faltan ${formatCount(count)}, de ${number(from)} a ${number(to)}`
  return `${plural} de ${issuerRuc}: ${range}`
}

/** The same for a list of names. */
export function readableRecipient({ recipient, name }: LotItem): string {
  return recipient === null ? (name ?? '') : readableName(recipient)
}
