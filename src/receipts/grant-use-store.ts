import { insertRows } from '../db/bulk-insert.ts'
import type { Db } from '../db/open.ts'
import type { GrantUseWay } from '../db/tables/practice/practice.ts'
import { type Tx, transaction } from '../db/transaction.ts'
import { dayOf } from '../values/day.ts'
import type { Coverable, ReceiptScope } from './scope/scope.ts'
import { grantOf } from './scope/scope.ts'

/** Who reads by grants: a person, or the program of a key that they made. */
export interface GrantUser {
  readonly loginId: number
  readonly apiKeyId?: number | null
}

const COLUMNS = ['grant_id', 'day', 'login_id', 'api_key_id', 'way', 'receipts', 'at'] as const
const UNIQUE = 'grant_id, day, login_id, api_key_id, way'

/** Adds receipts that were opened or fetched to the lines of the day, in the transaction that gives them. */
export async function countUses(
  tx: Tx,
  user: GrantUser,
  way: GrantUseWay,
  grants: readonly (number | null)[],
  now: Date,
): Promise<void> {
  const counts = new Map<number, number>()
  for (const grant of grants) if (grant !== null) counts.set(grant, (counts.get(grant) ?? 0) + 1)
  await insertRows(tx, {
    table: 'grant_use',
    columns: COLUMNS,
    // In one order for everybody: nobody waits for who waits for them.
    rows: [...counts].sort().map(([grant, count]) => lineOf(user, way, grant, count, now)),
    whenTaken: `on conflict (${UNIQUE}) do update
      set receipts = grant_use.receipts + excluded.receipts, at = excluded.at`,
  })
}

/** The grants by which these receipts are seen. */
export function grantsBehind(scope: ReceiptScope, seen: readonly Coverable[]): Set<number> {
  return new Set(seen.flatMap((receipt) => grantOf(scope, receipt) ?? []))
}

/** Every grant of some parties. */
export function grantsOfParties(scope: ReceiptScope, parties: ReadonlySet<number>): Set<number> {
  return new Set(scope.flatMap((part) => (parties.has(part.partyId) ? (part.grantId ?? []) : [])))
}

/** Those of the one party that there is: what several add up to together tells of none of them. */
export function grantsOfOne(scope: ReceiptScope): Set<number> {
  const parties = new Set(scope.map(({ partyId }) => partyId))
  return parties.size === 1 ? grantsOfParties(scope, parties) : new Set()
}

/** Those of a list: behind its rows, or of the one party of which it only tells how many there are. */
export function grantsOfList(
  scope: ReceiptScope,
  { receipts, count }: { readonly receipts: readonly Coverable[]; readonly count: number },
): Set<number> {
  return receipts.length > 0 || count === 0 ? grantsBehind(scope, receipts) : grantsOfOne(scope)
}

/**
 * Notes that somebody looks at what grants cover, before it is shown: the first time of a day is
 * written and kept, the others cost nothing.
 */
export async function noteLook(
  db: Db,
  user: GrantUser,
  way: GrantUseWay,
  grants: ReadonlySet<number>,
  now: Date,
): Promise<void> {
  if (grants.size === 0) return
  const today = notedOf(db).on(dayOf(now))
  const nameOf = (grant: number) => `${grant} ${user.loginId} ${user.apiKeyId ?? 0} ${way}`
  const fresh = [...grants].filter((grant) => !today.has(nameOf(grant))).sort()
  if (fresh.length === 0) return
  await transaction(db, (tx) =>
    insertRows(tx, {
      table: 'grant_use',
      columns: COLUMNS,
      rows: fresh.map((grant) => lineOf(user, way, grant, 0, now)),
      skipWhenTaken: UNIQUE,
    }),
  )
  for (const grant of fresh) today.add(nameOf(grant))
}

function lineOf(
  { loginId, apiKeyId }: GrantUser,
  way: GrantUseWay,
  grant: number,
  receipts: number,
  now: Date,
) {
  return [grant, dayOf(now), loginId, apiKeyId ?? 0, way, receipts, now.toISOString()]
}

/** So many lines are remembered; beyond it some are only looked for once more in the database. */
const NOTED_MAX = 50_000

/** What this process knows to be written of a day. */
class NotedToday {
  #day = ''
  #names = new Set<string>()

  on(day: string): Set<string> {
    if (day !== this.#day || this.#names.size > NOTED_MAX) this.#names = new Set()
    this.#day = day
    return this.#names
  }
}

const NOTED = new WeakMap<Db, NotedToday>()

function notedOf(db: Db): NotedToday {
  const noted = NOTED.get(db) ?? new NotedToday()
  NOTED.set(db, noted)
  return noted
}
