import type { Db } from '../../db/open.ts'
import { APPROVALS, SIGNING } from '../../identity/staff/rights.ts'
import { openOutages } from '../../issuing/courier/outage-store.ts'
import type { StateCount } from '../../issuing/issuance/list-store.ts'
import { countIssuances, listIssuances } from '../../issuing/issuance/list-store.ts'
import { establishmentCodes } from '../../issuing/issuer/issuer-store.ts'
import { documentKinds } from '../../sri/kinds.ts'
import { formatCount } from '../../values/count.ts'
import { formatDateTime } from '../../values/day.ts'
import type { ListTyped, ReadFilter, StateGroup } from './issuance-filter.ts'
import { CLOSED, GROUPS, listAddress, readFilter, SINGLE } from './issuance-filter.ts'
import type { IssuanceRow, KnownIssuers } from './issuance-row.ts'
import { issuanceRow, knownIssuers } from './issuance-row.ts'
import { downWords, OUTAGES } from './outages/outage-words.ts'
import { waitWords } from './time-words.ts'

/** Everything that the list of what is on its way prints. */
export interface IssuancesPage {
  readonly typed: ListTyped
  readonly problem: string | null
  readonly chips: readonly Chip[]
  readonly kinds: readonly { value: string; text: string }[]
  readonly establishments: readonly { value: string; text: string }[]
  /** Empty where there is only one. */
  readonly issuers: readonly { value: string; text: string }[]
  readonly rows: readonly IssuanceRow[]
  /** This list, for looking again. */
  readonly here: string
  readonly first: string | null
  readonly more: string | null
  /** What keeps all of them waiting. */
  readonly held: { readonly title: string; readonly text: string; readonly links: Link[] } | null
  readonly filtered: boolean
}

interface Link {
  readonly href: string
  readonly text: string
}

interface Chip {
  readonly href: string
  readonly text: string
  /** «12», «más de 1.000». */
  readonly count: string
  readonly here: boolean
}

const PAGE = 50
/** Beyond it the number says nothing that one could act on, and is not counted to its end. */
const COUNTED_MAX = 1_000

export async function issuancesPage(
  db: Db,
  typed: ListTyped,
  after: number,
  now: Date,
): Promise<IssuancesPage> {
  const read = await readFilter(db, typed)
  const { issuances, next } =
    read.problem === null
      ? await listIssuances(db, read.filter, { after, limit: PAGE })
      : { issuances: [], next: null }
  const issuers = await knownIssuers(db)
  return {
    typed: { ...typed, estado: read.group.slug },
    problem: read.problem,
    chips: await chipsOf(db, typed, read),
    kinds: documentKinds.map(({ slug, plural }) => ({ value: slug, text: plural })),
    establishments: (await establishmentCodes(db)).map((code) => ({ value: code, text: code })),
    issuers: [...issuers.names].map(([value, text]) => ({ value, text })),
    rows: issuances.map((one) => issuanceRow(one, issuers, now)),
    here: listAddress(typed, after),
    first: after === 0 ? null : listAddress(typed),
    more: next === null ? null : listAddress(typed, next),
    held: await heldUp(db, issuers, now),
    filtered: Object.values(typed).some((value) => value !== ''),
  }
}

async function chipsOf(db: Db, typed: ListTyped, { group, filter }: ReadFilter): Promise<Chip[]> {
  const singles = SINGLE.filter(({ slug }) => filter.lotId !== null || slug !== 'autorizado')
  const states = singles.flatMap((one) => (one.states === 'closed' ? [] : one.states))
  const counts = await countIssuances(db, { ...filter, states }, COUNTED_MAX)
  const closed = await countIssuances(db, { ...filter, states: 'closed' }, COUNTED_MAX)
  const all = new Map([...counts, ...closed])
  const chip = (one: StateGroup): Chip & { worth: boolean } => {
    const count = sumOf(one, all)
    const here = one.slug === group.slug
    return {
      href: listAddress({ ...typed, estado: one.slug }),
      text: one.name,
      count: countWords(count),
      here,
      worth: here || count.count > 0 || count.isMore,
    }
  }
  const rest = [...singles, CLOSED].map(chip).filter(({ worth }) => worth)
  return [...GROUPS.map(chip), ...rest]
}

function sumOf({ states }: StateGroup, counts: ReadonlyMap<string, StateCount>): StateCount {
  const parts = (states === 'closed' ? ['closed'] : states).flatMap(
    (name) => counts.get(name) ?? [],
  )
  return {
    count: parts.reduce((sum, { count }) => sum + count, 0),
    isMore: parts.some(({ isMore }) => isMore),
  }
}

function countWords({ count, isMore }: StateCount): string {
  return isMore ? `más de ${formatCount(count)}` : formatCount(count)
}

/** What holds up more than one document, whatever the state of each is. */
async function heldUp(
  db: Db,
  { names, unsigned }: KnownIssuers,
  now: Date,
): Promise<IssuancesPage['held']> {
  const outages = await openOutages(db)
  const [outage] = outages
  if (outage) {
    return {
      title: `${downWords(outages)} desde el ${formatDateTime(outage.beganAt)}`,
      text: `Un documento prueba otra vez ${waitWords(outage.trialAt, now)}; los demás esperan y salen solos cuando responda.`,
      links: [{ href: `${OUTAGES}/${outage.id}`, text: 'Ver la caída' }],
    }
  }
  if (unsigned.size === 0) return null
  const lacking = [...unsigned].filter(([, lack]) => lack === 'certificate')
  const told = lacking.length > 0 ? lacking : [...unsigned]
  const whose = told.map(([ruc]) => `${names.get(ruc) ?? ''} ${ruc}`.trim()).join(', ')
  const all = unsigned.size >= Math.max(1, names.size)
  const what =
    lacking.length > 0
      ? `falta el certificado del emisor ${whose}`
      : `espera aprobación el certificado del emisor ${whose}`
  const when = 'sigue solo cuando otra persona lo apruebe'
  return {
    title: all ? `Nada se firma: ${what}` : `${what.charAt(0).toUpperCase()}${what.slice(1)}`,
    text: all
      ? `Lo que ya tiene número espera y ${when}.`
      : `Lo suyo que ya tiene número espera y ${when}; lo de los demás no espera.`,
    links: [
      lacking.length > 0
        ? { href: SIGNING, text: 'Ver la firma electrónica' }
        : { href: APPROVALS, text: 'Ver las aprobaciones' },
    ],
  }
}
