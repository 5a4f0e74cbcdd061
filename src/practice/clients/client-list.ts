import type { Db } from '../../db/open.ts'
import { findLogin } from '../../identity/login-store.ts'
import { grantsOfParties, noteLook } from '../../receipts/grant-use-store.ts'
import { lastLoadedBy, newerByParty } from '../../receipts/search/news-store.ts'
import { dayOf, daysBetween, firstOfMonth } from '../../values/day.ts'
import { readableName } from '../../values/person-name.ts'
import type { ClientGrant } from '../client-store.ts'
import { clientGrantsOf } from '../client-store.ts'
import { describeReading, type ReadingOnScreen } from '../grants/grant-on-screen.ts'

/** A client as the list of an accountant shows it. */
export interface ClientOnScreen {
  readonly partyId: number
  readonly name: string
  readonly number: string
  readonly grants: readonly ReadingOnScreen[]
  /** Days left of the grant that ends last. */
  readonly daysLeft: number
  /** Loaded since the accountant's visit before this one, among those issued last. */
  readonly fresh: number
  /** Their own page. */
  readonly href: string
}

/** News older than this were issued too long ago to be counted by walking them. */
export const NEWS_MONTHS = 13
export const SOON_DAYS = 15

/**
 * The clients of an accountant by name, with what is new since they were here before: that is noted
 * for each of whom there is any.
 */
export async function clientList(
  db: Db,
  loginId: number,
  now: Date,
): Promise<{ clients: ClientOnScreen[]; since: Date | null; lookedAt: number }> {
  const today = dayOf(now)
  const { scope, clients, grants } = await clientGrantsOf(db, loginId, today)
  const since = (await findLogin(db, loginId))?.previousLoginAt ?? null
  const from = firstOfMonth(today, -NEWS_MONTHS)
  const { counts: fresh, lookedAt } = await newerByParty(db, since === null ? [] : scope, {
    after: since === null ? 0 : await lastLoadedBy(db, since),
    from,
  })
  const told = new Set([...fresh].flatMap(([partyId, count]) => (count > 0 ? partyId : [])))
  await noteLook(db, { loginId }, 'sums', grantsOfParties(scope, told), now)
  const byParty = Map.groupBy(grants, ({ partyId }) => partyId)
  const list = [...clients.values()].map(({ partyId, name, number }) => {
    const own: ClientGrant[] = byParty.get(partyId) ?? []
    const last =
      own
        .map(({ endsOn }) => endsOn)
        .sort()
        .at(-1) ?? today
    return {
      partyId,
      name: readableName(name),
      number,
      grants: own.map(describeReading),
      daysLeft: daysBetween(today, last),
      fresh: fresh.get(partyId) ?? 0,
      href: `/empresas/${encodeURIComponent(number)}`,
    }
  })
  return { clients: list.sort((a, b) => (a.name < b.name ? -1 : 1)), since, lookedAt }
}
