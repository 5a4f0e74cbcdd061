import { lockFor, shareLock } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Person } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import { grantsOfOne, noteLook } from '../../receipts/grant-use-store.ts'
import { clientsNamed } from '../../receipts/scope/clients.ts'
import type { ReceiptScope, ScopePart } from '../../receipts/scope/scope.ts'
import { totalsOf } from '../../receipts/search/owned-store.ts'
import { readSearch, type Search } from '../../receipts/search/search.ts'
import { daysOf } from '../../receipts/search/search-filter.ts'
import { parseQuery, searchQuery } from '../../receipts/search/search-url.ts'
import type { Day } from '../../values/day.ts'
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
import type { PackageOwner, PackagePlan } from './package-store.ts'
import { addPackage, holdRunning } from './package-store.ts'
import { freeBytes } from './packages-folder.ts'
import { promisedBytes } from './promised-store.ts'
import { scopeOfOwner, scopeSinceMerged } from './scope-store.ts'

/** What a package would be, told before anybody asks for it. */
export interface Foreseen {
  readonly receipts: number
  readonly cents: number
  readonly bytes: number
  /** So much the disk has, of which those under way will still take theirs. */
  readonly free: number
  readonly parts: number
  readonly refusal: AskRefusal | null
}

/** A search as it goes into a package: its days do not move on, and its order is no business of it. */
export function settledQuery(search: Search, today: Day): string {
  const days = daysOf(search, today)
  return searchQuery({ ...search, ...days, period: 'rango', order: '-fecha' })
}

/** What asking takes. */
export interface AskNeeds {
  readonly db: Db
  readonly config: { readonly dataDir: string }
}

/** Counts what a query finds in a scope. */
export async function foresee(
  { db, config }: AskNeeds,
  scope: ReceiptScope,
  { query, ...content }: { query: string } & PackageContent,
): Promise<Foreseen> {
  const { count: receipts, cents, exact } = await totalsOf(db, scope, filterOfQuery(query))
  const bytes = estimateBytes(receipts, content)
  const free = await freeBytes(config.dataDir)
  const hasSpace = bytes <= free - (await promisedBytes(db))
  const refusal = refusalOf({ receipts, exact, bytes, hasSpace })
  return { receipts, cents, bytes, free, parts: partsOf(receipts), refusal }
}

function refusalOf(found: {
  receipts: number
  exact: boolean
  bytes: number
  hasSpace: boolean
}): AskRefusal | null {
  const { receipts, exact, bytes, hasSpace } = found
  if (receipts === 0) return { reason: 'nothing' }
  if (receipts > PACKAGE_RECEIPTS_MAX || !exact) {
    return { reason: 'too-many', count: receipts, max: PACKAGE_RECEIPTS_MAX }
  }
  return hasSpace ? null : { reason: 'room', bytes }
}

/** What somebody may put into a package of a search, taxpayer by taxpayer in the order of the numbers. */
export async function scopeToPack(
  db: Db,
  owner: PackageOwner,
  query: string,
  now: Date,
): Promise<ReceiptScope> {
  const { scope, clients } = await scopeOfOwner(db, owner, now)
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

/** A package as it is asked for. */
interface AskedPackage extends PackageContent {
  /** As `settledQuery` wrote it. */
  readonly query: string
}

/**
 * Has a package made for a person. Asked for what is being made already, it answers with that: a
 * button that was pressed twice costs nothing.
 */
export async function askPackage(
  needs: AskNeeds & { readonly random: (length: number) => Buffer },
  person: Pick<Person, 'loginId' | 'sessionId'>,
  asked: AskedPackage,
  now: Date,
  { partReceipts = PART_RECEIPTS_MAX } = {},
): Promise<Asked> {
  const owner = { ...person, apiKeyId: null }
  const planned = await planPackage(needs, owner, asked, now, partReceipts)
  if (!planned.ok) return planned
  return whileSignedIn(needs.db, person, (tx) => beginPackage(tx, needs.random, planned.plan, now))
}

/** A package to be begun, with what it would take of what the disk has. */
interface Plan extends PackagePlan {
  readonly bytes: number
  readonly free: number
}

type Planned =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly refusal: AskRefusal }

/**
 * Counts what a package would have, which is noted for the one client whose it is, and says whether it
 * can be made. Whether there is room is asked as
 * it begins: what is being made already has its own, and is not asked to fit once more.
 */
export async function planPackage(
  needs: AskNeeds,
  { loginId, apiKeyId, sessionId }: PackageOwner & { readonly sessionId: string },
  asked: AskedPackage,
  now: Date,
  partReceipts = PART_RECEIPTS_MAX,
): Promise<Planned> {
  const scope = await scopeToPack(needs.db, { loginId, apiKeyId }, asked.query, now)
  const { receipts, bytes, free, refusal } = await foresee(needs, scope, asked)
  await noteLook(needs.db, { loginId, apiKeyId }, 'sums', grantsOfOne(scope), now)
  if (refusal && refusal.reason !== 'room') return { ok: false, refusal }
  const parts = partsOf(receipts, partReceipts)
  const owner = { loginId, apiKeyId, sessionId }
  return { ok: true, plan: { ...owner, scope, ...asked, parts, receipts, bytes, free } }
}

/** Begins what was planned, unless its owner, or the disk, has as much under way as there may be. */
export async function beginPackage(
  tx: Tx,
  random: (length: number) => Buffer,
  plan: Plan,
  now: Date,
): Promise<Asked> {
  // Of a taxpayer who is being merged with another meanwhile it is of the one that stays.
  await shareLock(tx, 'merging')
  const running = await holdRunning(tx, plan)
  const same = running.find(
    ({ query, format, alsoMerged }) =>
      query === plan.query && format === plan.format && alsoMerged === plan.alsoMerged,
  )
  if (same) return { ok: true, id: same.id }
  if (running.length >= RUNNING_MAX) return { ok: false, refusal: { reason: 'running' } }
  // Of several people at once each counts what the one before was promised.
  await lockFor(tx, 'packages')
  const { bytes, free } = plan
  if (bytes > free - (await promisedBytes(tx))) {
    return { ok: false, refusal: { reason: 'room', bytes } }
  }
  const scope = await scopeSinceMerged(tx, plan.scope)
  const id = await addPackage(tx, { ...plan, scope, folder: random(16).toString('hex') }, now)
  const job = { kind: MAKE_PACKAGE, subjectId: id, total: plan.receipts, checkpoint: null }
  await addJob(tx, { ...job, createdBy: plan.loginId }, now)
  return { ok: true, id }
}
