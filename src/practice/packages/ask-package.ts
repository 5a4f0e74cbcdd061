import type { Db } from '../../db/open.ts'
import type { Person } from '../../identity/person.ts'
import { whileSignedIn } from '../../identity/sessions/while-signed-in.ts'
import { totalsOf } from '../../receipts/search/owned-store.ts'
import type { Search } from '../../receipts/search/search.ts'
import { daysOf } from '../../receipts/search/search-filter.ts'
import { searchQuery } from '../../receipts/search/search-url.ts'
import type { Day } from '../../values/day.ts'
import { addJob } from '../../work/job-store.ts'
import { MAKE_PACKAGE } from './making/make-package.ts'
import { filterOfQuery } from './making/wanted.ts'
import type { AskRefusal } from './messages.ts'
import type { PackageFormat } from './package.ts'
import { estimateBytes, PART_RECEIPTS_MAX, partsOf, RUNNING_MAX, receiptsMax } from './package.ts'
import { addPackage, holdRunning } from './package-store.ts'
import type { Scope } from './scope.ts'
import { filterWithin } from './scope.ts'
import { scopeOf } from './scope-store.ts'

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

/** Counts what a query finds in a scope: of 100,000 receipts and more it says that they are too many. */
export async function foresee(
  db: Db,
  scope: Scope,
  { query, format }: { query: string; format: PackageFormat },
): Promise<Foreseen> {
  const filter = filterOfQuery(query)
  let [receipts, cents] = [0, 0]
  for (const share of scope) {
    const within = filterWithin(filter, share)
    if (within === null) continue
    const totals = await totalsOf(db, share.partyId, within)
    receipts += totals.count
    cents += totals.cents
  }
  const max = receiptsMax(format)
  const refusal: AskRefusal | null =
    receipts === 0
      ? { reason: 'nothing' }
      : receipts > max
        ? { reason: 'too-many', count: receipts, max }
        : null
  return {
    receipts,
    cents,
    bytes: estimateBytes(receipts, format),
    parts: partsOf(receipts),
    refusal,
  }
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
  asked: { query: string; format: PackageFormat },
  now: Date,
  { partReceipts = PART_RECEIPTS_MAX } = {},
): Promise<Asked> {
  const { loginId, sessionId } = person
  const scope = await scopeOf(db, loginId)
  const { receipts, refusal } = await foresee(db, scope, asked)
  const parts = partsOf(receipts, partReceipts)
  if (refusal) return { ok: false, refusal }
  return whileSignedIn(db, person, async (tx) => {
    const running = await holdRunning(tx, loginId)
    const same = running.find(
      ({ query, format }) => query === asked.query && format === asked.format,
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
