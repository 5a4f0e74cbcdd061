import type { Db } from '../../db/open.ts'
import { findLogin } from '../../identity/login-store.ts'
import { grantsBehind, grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { waitingToBeAnnulled } from '../../receipts/kept/annulled-store.ts'
import type { ReceiptScope } from '../../receipts/scope/scope.ts'
import { describeRow, type ListRow } from '../../receipts/search/list-row.ts'
import { LOOKED_AT, lastLoaded, lastLoadedBy } from '../../receipts/search/news-store.ts'
import { noFilter } from '../../receipts/search/search-filter.ts'
import { sumsOf } from '../../receipts/search/sums-store.ts'
import { addDays, type Day, dayOf, daysBetween, firstOfMonth, formatDay } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import { isCedula, isRuc } from '../../values/tax-id.ts'
import { clientGrantsOf } from '../client-store.ts'
import { GLANCE_GAPS, gapsOf } from '../completeness/gaps/explain-gaps.ts'
import { gapSentence, seriesName } from '../completeness/gaps/gap-words.ts'
import type { Membership } from '../firms/member-store.ts'
import { describeReading, type ReadingOnScreen } from '../grants/grant-on-screen.ts'
import { packagesWith } from '../packages/package-store.ts'
import { type MonthOnScreen, monthsOnScreen } from '../packages/page/months-on-screen.ts'
import { type PackageOnScreen, packagesOnScreen } from '../packages/page/package-page.ts'
import { monthName } from '../packages/page/package-words.ts'
import { isWhole } from '../packages/scope.ts'
import { type GivenBy, giversOf, readersIn } from './access-store.ts'
import { NEWS_MONTHS, SOON_DAYS } from './client-list.ts'
import { type MonthsTable, monthsTable } from './months-table.ts'

/** One client as an accountant of theirs sees them. */
export interface ClientPage {
  readonly name: string
  readonly number: string
  /** «RUC 0959997214001 · Cédula 0959997214»: all that are told. */
  readonly numbers: string
  /** «octubre»: the month that is most likely wanted. */
  readonly lastMonth: string
  readonly until: { readonly text: string; readonly isSoon: boolean }
  readonly grants: readonly (ReadingOnScreen & { readonly by: GivenBy | null })[]
  readonly readers: readonly { readonly name: string; readonly isLead: boolean }[]
  /** Null when they are too many to be added up. */
  readonly sums: MonthsTable | null
  readonly news: News
  readonly isWhole: boolean
  readonly months: readonly MonthOnScreen[]
  readonly numbering: Numbering | null
  readonly packages: readonly PackageOnScreen[]
}

interface News {
  readonly count: number
  /** Of more than these only those issued last were looked at; null when all were. */
  readonly lookedAt: number | null
  /** The visit before this one; null when this is the first. */
  readonly since: Date | null
  readonly rows: readonly (ListRow & { readonly isNew: boolean })[]
}

/** What is missing between the numbers of the newest sealed month. */
interface Numbering {
  readonly month: string
  readonly href: string
  readonly sentences: readonly string[]
  /** Whether only its own page tells it, or all of it. */
  readonly hasMore: boolean
}

const [MONTHS_SHOWN, SEALS_SHOWN, NEWS_SHOWN, PACKAGES_SHOWN, GAPS_SHOWN] = [6, 4, 5, 3, 2]
/** Among so many of the newest packages of an accountant those of a client are looked for. */
const PACKAGES_LOOKED_AT = 30
/** Of more, the numbers are looked at on their own page only. */
const NUMBERED_MAX = 2_000

/**
 * The page of a client that a number names; null when it is no client of this accountant's. What it
 * shows is noted for the client before.
 */
export async function clientPage(
  { db, now }: { db: Db; now: () => Date },
  { loginId, firmId }: Membership,
  ruc: string,
): Promise<ClientPage | null> {
  const today = dayOf(now())
  const { scope: all, clients, grants } = await clientGrantsOf(db, loginId, today)
  const client = [...clients.values()].find(({ numbers }) => numbers.includes(ruc))
  if (!client) return null
  const { partyId, number } = client
  const scope = all.filter((part) => part.partyId === partyId)
  const own = grants.filter((grant) => grant.partyId === partyId)
  const whole = isWhole({ partyId, scope })
  const [givers, readers, sums, news, months, packages] = await Promise.all([
    giversOf(
      db,
      own.flatMap(({ grantId }) => grantId ?? []),
    ),
    readersIn(db, firmId, partyId),
    sumsOf(db, scope, { ...noFilter, from: firstOfMonth(today, 1 - MONTHS_SHOWN) }),
    newsOf(db, scope, loginId, today),
    whole ? monthsOnScreen(db, scope, now(), number) : [],
    packagesOfClient(db, loginId, partyId, now()),
  ])
  const numbering = await numberingOf(db, partyId, months[0])
  await noteLook(db, { loginId }, 'sums', grantsOfParties(scope, new Set([partyId])), now())
  await noteLook(db, { loginId }, 'list', grantsBehind(scope, news.receipts), now())
  return {
    name: readableName(client.name),
    number,
    numbers: client.numbers
      .toSorted((one) => (one === number ? -1 : 1))
      .map(named)
      .join(' · '),
    lastMonth: monthName(firstOfMonth(today, -1)).replace(/ .*/, '').toLowerCase(),
    until: untilOf(own, today),
    grants: own.map((grant) => ({
      ...describeReading(grant),
      by: giverOf(givers.get(grant.grantId ?? 0)),
    })),
    readers: readers.map(({ name, isLead }) => ({ name: readableName(name), isLead })),
    sums: sums && monthsTable(sums, { today, months: MONTHS_SHOWN, number }),
    news: news.shown,
    isWhole: whole,
    months: months.slice(0, SEALS_SHOWN),
    numbering,
    packages,
  }
}

function named(number: string): string {
  if (isRuc(number)) return `RUC ${number}`
  return isCedula(number) ? `Cédula ${number}` : number
}

function giverOf(by: GivenBy | undefined): GivenBy | null {
  return by ? { ...by, person: readableName(by.person) } : null
}

function untilOf(grants: readonly { endsOn: Day }[], today: Day): ClientPage['until'] {
  const last = grants.map(({ endsOn }) => endsOn).toSorted()
  const end = last.at(-1) ?? today
  return { text: formatDay(end), isSoon: daysBetween(today, end) <= SOON_DAYS }
}

async function newsOf(db: Db, scope: ReceiptScope, loginId: number, today: Day) {
  const since = (await findLogin(db, loginId))?.previousLoginAt ?? null
  const after = since === null ? Number.MAX_SAFE_INTEGER : await lastLoadedBy(db, since)
  const from = firstOfMonth(today, -NEWS_MONTHS)
  const { count, newest, isCut } = await lastLoaded(db, scope, { after, from }, NEWS_SHOWN)
  const annulling = await waitingToBeAnnulled(db, newest)
  const rows = newest.map((receipt) => {
    return { ...describeRow(receipt, undefined, annulling), isNew: receipt.id > after }
  })
  return { receipts: newest, shown: { count, lookedAt: isCut ? LOOKED_AT : null, since, rows } }
}

async function packagesOfClient(db: Db, loginId: number, partyId: number, now: Date) {
  const owner = { loginId, apiKeyId: null }
  const some = { among: PACKAGES_LOOKED_AT, limit: PACKAGES_SHOWN }
  return packagesOnScreen(db, await packagesWith(db, owner, partyId, some), now)
}

async function numberingOf(
  db: Db,
  partyId: number,
  newest: MonthOnScreen | undefined,
): Promise<Numbering | null> {
  if (!newest) return null
  const from = `${newest.month}-01` as Day
  const days = { from, to: addDays(firstOfMonth(from, 1), -1), kinds: [] }
  const { name, numbering: href } = newest
  const month = name.toLowerCase()
  if (newest.count > NUMBERED_MAX) return { month, href, sentences: [], hasMore: true }
  const { gaps } = await gapsOf(db, partyId, days, GLANCE_GAPS)
  return {
    month,
    href,
    sentences: gaps.slice(0, GAPS_SHOWN).map((one) => `${seriesName(one)}. ${gapSentence(one)}`),
    hasMore: gaps.length > GAPS_SHOWN,
  }
}
