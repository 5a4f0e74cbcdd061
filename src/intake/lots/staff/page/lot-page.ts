import type { Db } from '../../../../db/open.ts'
import type { ItemOutcome } from '../../../../db/tables/intake.ts'
import type { Staff } from '../../../../identity/person.ts'
import { allWaitingAbout } from '../../../../identity/staff/approvals/approval-store.ts'
import { loginNames } from '../../../../identity/staff/login-name-store.ts'
import { LOTS, mayDo } from '../../../../identity/staff/rights.ts'
import { kindFacts } from '../../../../sri/kinds.ts'
import { formatCount } from '../../../../values/count.ts'
import { formatDateTime } from '../../../../values/day.ts'
import { readableName } from '../../../../values/person-name.ts'
import type { Job } from '../../../../work/job.ts'
import { lastJobOf } from '../../../../work/job-store.ts'
import type { Journey } from '../../journey/journey.ts'
import { journeyOf } from '../../journey/journey.ts'
import type { Lot } from '../../lot.ts'
import { lotSubject } from '../../lot.ts'
import type { LotItem } from '../../lot-item-store.ts'
import { LOT_JOBS } from '../../lot-jobs.ts'
import type { LotSummary } from '../../lot-summary.ts'
import { publishable } from '../../lot-summary.ts'
import { isWithdrawable } from '../../withdraw-lot.ts'
import { isFutile, outcomeText, outcomeWords, statusWords } from '../messages.ts'
import type { LotReader } from '../reader-store.ts'
import { readersOf } from '../reader-store.ts'
import type { FaultOnScreen } from './faults-on-screen.ts'
import { faultsOnScreen } from './faults-on-screen.ts'
import type { AdviceOnScreen } from './lot-advice.ts'
import { adviceOn } from './lot-advice.ts'
import type { FilesOnScreen } from './lot-files.ts'
import { filesOnScreen } from './lot-files.ts'
import { issuancesOnScreen, isToIssue } from './lot-issuances.ts'
import type { LogEntry } from './lot-log.ts'
import { logOf } from './lot-log.ts'
import type { WorkOnScreen } from './lot-progress.ts'
import { workOnScreen } from './lot-progress.ts'
import { stepsOf } from './lot-steps.ts'
import type { SummaryOnScreen } from './summary-on-screen.ts'
import { summaryOnScreen } from './summary-on-screen.ts'

/** Everything that the page of a lot prints. */
export interface LotPage {
  number: string
  /** What its rows become, in words; null of a lot of documents. */
  rowsOf: string | null
  address: string
  status: { text: string; tone: string }
  loadedBy: string
  /** Whether it was published as it was loaded, by the command line. */
  unasked: boolean
  loadedAt: Date
  publishedBy: string | null
  publishedAt: Date | null
  files: FilesOnScreen
  /** What to know and do now; null when the rest says it. */
  advice: AdviceOnScreen | null
  steps: ReturnType<typeof stepsOf>
  work: WorkOnScreen | null
  /** How many of its documents stand where on their way to the SRI. */
  issuances: readonly { text: string; count: number; href: string }[]
  outcomes: readonly { text: string; tone: string; count: number; share: string }[]
  summary: SummaryOnScreen | null
  journey: Journey | null
  /** What was done to it and by whom, the newest first. */
  log: readonly LogEntry[]
  /** What the list of faults is called, and what it adds up to. */
  faultsTitle: { text: string; detail: string }
  faults: readonly FaultOnScreen[]
  /** The address of the next faults. */
  moreFaults: string | null
  readers: readonly LotReader[]
  /** Where what waits for a second person stands. */
  proposal: { href: string; text: string; detail: string } | null
  may: {
    load: boolean
    issue: boolean
    publish: boolean
    withdraw: boolean
    discard: boolean
    mend: boolean
  }
}

const FAULTS_PAGE = 50
const READERS_SHOWN = 20

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
  const loads = mayDo(viewer.role, 'lots.load')
  const work = job === null ? null : workOnScreen(lot, job, now, loads)
  const [waiting] = await allWaitingAbout(db, lotSubject(lot))
  const people = [lot.loadedBy, lot.publishedBy, waiting?.proposedBy]
  const names = await loginNames(
    db,
    people.map((id) => id ?? 0),
  )
  const page = { after, limit: FAULTS_PAGE }
  const { faults, last } = await faultsOnScreen(db, lot, address, page)
  const counts = outcomesOf(lot, job)
  return {
    number: lot.number,
    rowsOf: lot.documentKind === null ? null : kindFacts(lot.documentKind).plural,
    address,
    status: statusWords(lot),
    loadedBy: nameOf(names, lot.loadedBy),
    unasked: lot.loadedBy === null,
    loadedAt: lot.loadedAt,
    publishedBy: lot.publishedBy === null ? null : nameOf(names, lot.publishedBy),
    publishedAt: lot.publishedAt,
    files: await filesOnScreen(db, lot),
    advice: adviceOn(lot, job, loads),
    steps: stepsOf(lot, {
      proposedBy: waiting?.kind === 'lot.publish' ? nameOf(names, waiting.proposedBy) : null,
      approvedBy: nameOf(names, lot.publishedBy),
    }),
    work,
    issuances: lot.kind === 'rows' ? await issuancesOnScreen(db, lot) : [],
    outcomes: outcomesOnScreen(lot, counts),
    summary: lot.summary === null ? null : summaryOnScreen(lot.summary, address, lot),
    journey: isIssued(lot) ? await journeyOf(db, lot) : null,
    log: await logOf(db, lot),
    faultsTitle: faultsTitleOf(lot),
    faults,
    moreFaults: last === null ? null : `${address}?desde=${last}#errores`,
    readers: lot.publishedAt === null ? [] : await readersOf(db, lot.id, READERS_SHOWN),
    proposal: waiting ? proposalWords(waiting, lot.kind, names) : null,
    may: {
      load: loads,
      issue: loads && isToIssue(lot, job),
      ...(waiting ? NOTHING : mayOf(viewer, lot)),
    },
  }
}

/** Rows have nowhere to arrive before any of them is issued. */
function isIssued({ kind, summary }: Lot): boolean {
  return kind === 'documents' || (summary?.outcomes.loaded ?? 0) > 0
}

const NOTHING = { publish: false, withdraw: false, discard: false, mend: false }

function mayOf({ role }: Staff, lot: Lot): typeof NOTHING {
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

function outcomesOnScreen({ kind }: Lot, counts: LotSummary['outcomes']): LotPage['outcomes'] {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (Object.keys(outcomeWords) as ItemOutcome[]).flatMap((outcome) => {
    const count = counts[outcome] ?? 0
    const { tone } = outcomeWords[outcome]
    const text = outcomeText(outcome, kind)
    return count === 0 ? [] : [{ text, tone, count, share: shareOf(count, all) }]
  })
}

/** «97 % del lote»; nothing of all of it. */
function shareOf(count: number, all: number): string {
  if (count === all) return ''
  const percent = Math.min(99, Math.round((count / all) * 100))
  return percent === 0 ? 'menos del 1 % del lote' : `${percent} % del lote`
}

/** The same numbers as the figures above have, under the same names. */
function faultsTitleOf(lot: Lot): LotPage['faultsTitle'] {
  const { kind, status, summary } = lot
  const [one, many] =
    kind === 'rows' ? ['comprobante', 'comprobantes'] : ['documento', 'documentos']
  const { refused = 0, clashing = 0, repeated = 0 } = summary?.outcomes ?? {}
  const over = isFutile(lot) || status === 'discarded' || status === 'withdrawn'
  const rest = over ? [] : ['El resto del lote sigue su curso.']
  if (clashing + repeated === 0) {
    const text = `${formatCount(refused)} ${refused === 1 ? one : many} con error`
    return { text, detail: rest.join('') }
  }
  const parts = Object.entries({ refused, clashing, repeated }).flatMap(([outcome, count]) => {
    const text = outcomeText(outcome as ItemOutcome, kind)
    return count === 0 ? [] : [`${text}: ${formatCount(count)}.`]
  })
  const left = refused + clashing + repeated
  return {
    text: `${formatCount(left)} ${left === 1 ? `${one} queda` : `${many} quedan`} fuera`,
    detail: [...parts, ...rest].join(' '),
  }
}

function nameOf(names: ReadonlyMap<number, string>, loginId: number | null): string {
  return loginId === null ? 'la línea de órdenes' : (names.get(loginId) ?? 'alguien')
}

interface WaitingProposal {
  id: number
  kind: string
  proposedBy: number
  proposedAt: Date
}

function proposalWords(
  { id, kind, proposedBy, proposedAt }: WaitingProposal,
  lotKind: Lot['kind'],
  names: ReadonlyMap<number, string>,
): LotPage['proposal'] {
  const publishing = lotKind === 'rows' ? 'Emitirlo' : 'Publicarlo'
  const deed = kind === 'lot.publish' ? publishing : 'Retirarlo'
  const who = nameOf(names, proposedBy)
  return {
    href: `/interno/aprobaciones/${id}`,
    text: `${deed} espera a una segunda persona.`,
    detail: `Lo propuso ${who} el ${formatDateTime(proposedAt)}.`,
  }
}

/** The same for a list of names. */
export function readableRecipient({ recipient, name }: LotItem): string {
  return recipient === null ? (name ?? '') : readableName(recipient)
}
