import type { Db } from '../../db/open.ts'
import type { ApiKey } from '../../identity/api-keys/api-key.ts'
import { findKeyById } from '../../identity/api-keys/api-key-store.ts'
import type { ScopePart } from '../../receipts/scope/scope.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import type { ClientScope } from '../client-store.ts'
import { clientScopeOf } from '../client-store.ts'

/**
 * What a key of a firm may read on a day: what whoever made it may, less what it was not given. So a
 * grant that ends, or a lead who leaves, ends it here as well.
 */
export async function scopeOfKey(db: Db, key: ApiKey, today: Day): Promise<ClientScope> {
  const { firm } = key
  if (firm === null) return { scope: [], clients: new Map() }
  const { scope, clients } = await clientScopeOf(db, key.createdBy, today)
  const parts = scope.flatMap((part) => narrowPart(part, firm))
  const parties = new Set(parts.map(({ partyId }) => partyId))
  return { scope: parts, clients: new Map([...clients].filter(([id]) => parties.has(id))) }
}

/** The same for a key by its id, and for whom it reads; null when it opens nothing any more. */
export async function scopeOfKeyId(
  db: Db,
  id: number,
  now: Date,
): Promise<(ClientScope & { readonly loginId: number }) | null> {
  const key = await findKeyById(db, id)
  if (!key || key.revokedAt !== null || key.isHeld || key.expiresAt <= now) return null
  return { ...(await scopeOfKey(db, key, dayOf(now))), loginId: key.createdBy }
}

function narrowPart(part: ScopePart, { clients, kinds }: NonNullable<ApiKey['firm']>): ScopePart[] {
  if (clients !== null && !clients.includes(part.partyId)) return []
  const both = kindsOfBoth(part.kinds, kinds)
  return both === null ? [] : [{ ...part, kinds: both }]
}

/** None means all; null is none at all. */
function kindsOfBoth(
  one: readonly DocumentKind[],
  other: readonly DocumentKind[],
): readonly DocumentKind[] | null {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one
  const both = one.filter((kind) => other.includes(kind))
  return both.length === 0 ? null : both
}
