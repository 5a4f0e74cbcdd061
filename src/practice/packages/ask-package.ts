import type { Db } from '../../db/open.ts'
import type { Person } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import { clientsNamed } from '../../receipts/scope/clients.ts'
import type { ReceiptScope, ScopePart } from '../../receipts/scope/scope.ts'
import { totalsOf } from '../../receipts/search/owned-store.ts'
import { readSearch, type Search } from '../../receipts/search/search.ts'
import { daysOf } from '../../receipts/search/search-filter.ts'
import { parseQuery, searchQuery } from '../../receipts/search/search-url.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import { addJob } from '../../work/job-store.ts'
import { MAKE_PACKAGE } from './making/make-package.ts'
import { filterOfQuery } from './making/wanted.ts'
import type { AskRefusal } from './messages.ts'
import type { PackageContent } from './package.ts'
import {
  estimateBytes,
  PACKAGE_RECEIPTS_MAX,
  PART_RECEIPTS_MAX,
  partsOf,
  RUNNING_MAX,
} from './package.ts'
import { addPackage, holdRunning } from './package-store.ts'
import { scopeOfLogin } from './scope-store.ts'

/** What a package would be, told before anybody asks for it. */
export interface Foreseen {
  readonly receipts: number
  readonly cents: number
  readonly bytes: number
  readonly parts: number
  readonly refusal: AskRefusal | null
}

/** A search as it goes into a package: its days do not move on, and its order is no business of it. */
export function settledQuery(search: Search, today: Day): string {
  const days = daysOf(search, today)
  return searchQuery({ ...search, ...days, period: 'rango', order: '-fecha' })
}

/** Counts what a query finds in a scope. */
export async function foresee(
  db: Db,
  scope: ReceiptScope,
  { query, ...content }: { query: string } & PackageContent,
): Promise<Foreseen> {
  const { count: receipts, cents, exact } = await totalsOf(db, scope, filterOfQuery(query))
  const refusal: AskRefusal | null =
    receipts === 0
      ? { reason: 'nothing' }
      : receipts > PACKAGE_RECEIPTS_MAX || !exact
        ? { reason: 'too-many', count: receipts, max: PACKAGE_RECEIPTS_MAX }
        : null
  const [bytes, parts] = [estimateBytes(receipts, content), partsOf(receipts)]
  return { receipts, cents, bytes, parts, refusal }
}

/** What a person may put into a package of a search, taxpayer by taxpayer in the order of the numbers. */
export async function scopeToPack(
  db: Db,
  loginId: number,
  query: string,
  today: Day,
): Promise<ReceiptScope> {
  const { scope, clients } = await scopeOfLogin(db, loginId, today)
  const { search } = readSearch(parseQuery(query))
  const isOwn = scope.every(({ grantId }) => grantId === null)
  const parties = isOwn ? null : clientsNamed(clients, search.clients)
  const placeOf = ({ partyId, from }: ScopePart) =>
    `${clients.get(partyId)?.number ?? ''} ${partyId} ${from ?? ''}`
  return scope
    .filter(({ partyId }) => parties === null || parties.has(partyId))
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
}

type Asked =
  | { readonly ok: true; readonly id: number }
  | { readonly ok: false; readonly refusal: AskRefusal }

/**
 * Has a package made. Asked for what is being made already, it answers with that: a button that was
 * pressed twice costs nothing.
 */
export async function askPackage(
  db: Db,
  random: (length: number) => Buffer,
  person: Pick<Person, 'loginId' | 'sessionId'>,
  asked: { query: string } & PackageContent,
  now: Date,
  { partReceipts = PART_RECEIPTS_MAX } = {},
): Promise<Asked> {
  const { loginId, sessionId } = person
  const scope = await scopeToPack(db, loginId, asked.query, dayOf(now))
  const { receipts, refusal } = await foresee(db, scope, asked)
  const parts = partsOf(receipts, partReceipts)
  if (refusal) return { ok: false, refusal }
  return whileSignedIn(db, person, async (tx) => {
    const running = await holdRunning(tx, loginId)
    const same = running.find(
      ({ query, format, alsoMerged }) =>
        query === asked.query && format === asked.format && alsoMerged === asked.alsoMerged,
    )
    if (same) return { ok: true, id: same.id }
    if (running.length >= RUNNING_MAX) return { ok: false, refusal: { reason: 'running' } }
    const folder = random(16).toString('hex')
    const added = { loginId, sessionId, scope, ...asked, parts, receipts, folder }
    const id = await addPackage(tx, added, now)
    const job = { kind: MAKE_PACKAGE, subjectId: id, total: receipts, checkpoint: null }
    await addJob(tx, { ...job, createdBy: loginId }, now)
    return { ok: true, id }
  })
}
