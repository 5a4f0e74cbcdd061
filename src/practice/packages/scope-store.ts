import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { mergedInto, numbersOfParties } from '../../identity/parties/party-store.ts'
import type { Clients } from '../../receipts/scope/clients.ts'
import type { ReceiptScope } from '../../receipts/scope/scope.ts'
import { ownScope } from '../../receipts/scope/scope.ts'
import type { Day } from '../../values/day.ts'
import { dayOf } from '../../values/day.ts'
import type { ClientScope } from '../client-store.ts'
import { clientScopeOf } from '../client-store.ts'
import { scopeOfKeyId } from '../keys/key-scope.ts'
import type { PackageOwner } from './package-store.ts'

const NOTHING: ClientScope = { scope: [], clients: new Map() }

/** What whoever asked for a package may read at a moment; nothing once their login, or their key, is shut. */
export async function scopeOfOwner(
  db: Db,
  { loginId, apiKeyId }: PackageOwner,
  now: Date,
): Promise<ClientScope> {
  if (apiKeyId === null) return scopeOfLogin(db, loginId, dayOf(now))
  return (await scopeOfKeyId(db, apiKeyId, now)) ?? NOTHING
}

/**
 * Packages of one party's receipts are of another's: the two are one from now on. Those that are being
 * made begin anew. Of the rest, whose files are gone, nothing depends on it.
 */
export async function movePackageScopes(tx: Tx, from: number, to: number): Promise<void> {
  const kept = await tx
    .selectFrom('package')
    .select(['id', 'scope'])
    .where('folder', 'is not', null)
    .where('scope', 'like', `%"partyId":${from},%`)
    .execute()
  for (const { id, scope } of kept) {
    const moved = movedScope(JSON.parse(scope), new Map([[from, to]]))
    await tx
      .updateTable('package')
      .set({ scope: JSON.stringify(moved) })
      .where('id', '=', id)
      .execute()
  }
}

/** A scope that was looked up before; its parties may have been merged into others since. */
export async function scopeSinceMerged(tx: Tx, scope: ReceiptScope): Promise<ReceiptScope> {
  const ids = [...new Set(scope.map(({ partyId }) => partyId))]
  return movedScope(scope, await mergedInto(tx, ids))
}

function movedScope(scope: ReceiptScope, moves: ReadonlyMap<number, number>): ReceiptScope {
  return scope.map((part) => ({ ...part, partyId: moves.get(part.partyId) ?? part.partyId }))
}

/**
 * What the owner of a login may read on a day, and of whom, with nobody signed in: while something is
 * made for them. Nothing once the login is shut.
 */
export async function scopeOfLogin(db: Db, loginId: number, today: Day): Promise<ClientScope> {
  const login = await db
    .selectFrom('login')
    .select(['party_id', 'display_name', 'role', 'disabled_at', 'frozen_at'])
    .where('id', '=', loginId)
    .executeTakeFirst()
  if (!login || login.disabled_at !== null || login.frozen_at !== null) return NOTHING
  if (login.role === 'accountant') return clientScopeOf(db, loginId, today)
  if (login.role !== 'customer' || login.party_id === null) return NOTHING
  const { party_id: partyId, display_name: name } = login
  return { scope: ownScope(partyId), clients: await ownClient(db, partyId, name) }
}

/** A customer is the one client of their own. */
async function ownClient(db: Db, partyId: number, name: string): Promise<Clients> {
  const own = (await numbersOfParties(db, [partyId])).get(partyId) ?? []
  const number = (own.find(({ kind }) => kind === 'ruc') ?? own[0])?.number ?? ''
  const numbers = own.map((one) => one.number)
  return new Map([[partyId, { partyId, name, number, numbers }]])
}
