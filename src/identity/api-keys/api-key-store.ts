import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import { documentKinds } from '../../sri/kinds.ts'
import type { ApiKey, ApiRight, KeyOfFirm } from './api-key.ts'
import { API_RIGHTS } from './api-key.ts'

/** The key and what proves it; null when there is none of that handle. */
export async function findKey(
  db: Db,
  handle: string,
): Promise<{ key: ApiKey; secretHash: string } | null> {
  const row = await keyRows(db).where('api_key.handle', '=', handle).executeTakeFirst()
  return row ? { key: toKey(row), secretHash: row.secret_hash } : null
}

/** The key of that id, whether it still opens anything or not. */
export async function findKeyById(db: Db, id: number): Promise<ApiKey | null> {
  const row = await keyRows(db).where('api_key.id', '=', id).executeTakeFirst()
  return row ? toKey(row) : null
}

/** All there ever were, the newest first; a bank and its accountants have some hundreds of them. */
export async function listKeys(db: Db): Promise<ApiKey[]> {
  const rows = await keyRows(db).orderBy('api_key.id', 'desc').execute()
  return rows.map(toKey)
}

/** All that a firm ever had, the newest first. */
export async function keysOfFirm(db: Db, firmId: number): Promise<ApiKey[]> {
  const rows = await keyRows(db)
    .where('api_key.firm_id', '=', firmId)
    .orderBy('api_key.id', 'desc')
    .execute()
  return rows.map(toKey)
}

function keyRows(db: Db) {
  return db
    .selectFrom('api_key')
    .innerJoin('login', 'login.id', 'api_key.created_by')
    .selectAll('api_key')
    .select(['login.frozen_at', 'login.disabled_at'])
}

type KeyRow = Awaited<ReturnType<ReturnType<typeof keyRows>['execute']>>[number]

export interface NewKey {
  name: string
  handle: string
  secretHash: string
  rights: readonly ApiRight[]
  networks: readonly string[]
  firm: KeyOfFirm | null
  createdBy: number
  expiresAt: Date
}

export async function addKey(tx: Tx, key: NewKey, now: Date): Promise<number> {
  const { id } = await tx
    .insertInto('api_key')
    .values({
      name: key.name,
      handle: key.handle,
      secret_hash: key.secretHash,
      rights: JSON.stringify(key.rights),
      networks: JSON.stringify(key.networks),
      firm_id: key.firm?.id ?? null,
      clients: key.firm?.clients ? JSON.stringify(key.firm.clients) : null,
      kinds: key.firm?.kinds.join(',') ?? '',
      created_by: key.createdBy,
      created_at: now.toISOString(),
      expires_at: key.expiresAt.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** From now on it opens nothing. False when it did not already. */
export async function revokeKey(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('api_key')
    .set({ revoked_at: now.toISOString() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The same of every key that a login made for a firm and that still opened something. */
export async function revokeFirmKeysOf(tx: Tx, loginId: number, now: Date): Promise<number[]> {
  const rows = await tx
    .updateTable('api_key')
    .set({ revoked_at: now.toISOString() })
    .where('created_by', '=', loginId)
    .where('firm_id', 'is not', null)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Keys that were given one party's receipts have those of another: the two are one from now on. */
export async function moveClientOfKeys(tx: Tx, from: number, to: number): Promise<void> {
  const narrowed = await tx
    .selectFrom('api_key')
    .select(['id', 'clients'])
    .where('clients', 'is not', null)
    .execute()
  for (const { id, clients } of narrowed) {
    const parties: number[] = JSON.parse(clients ?? '[]')
    if (!parties.includes(from)) continue
    const moved = new Set(parties.map((one) => (one === from ? to : one)))
    await tx
      .updateTable('api_key')
      .set({ clients: JSON.stringify([...moved]) })
      .where('id', '=', id)
      .execute()
  }
}

/** Notes that it was used. Takes its turn among the writers, and is worth no wait for the disk. */
export async function touchKey(db: Db, id: number, now: Date): Promise<void> {
  await transaction(
    db,
    (tx) =>
      tx.updateTable('api_key').set({ used_at: now.toISOString() }).where('id', '=', id).execute(),
    'process',
  )
}

function firmOf(row: KeyRow): KeyOfFirm | null {
  if (row.firm_id === null) return null
  const named = row.kinds.split(',')
  const kinds = documentKinds.map(({ kind }) => kind).filter((kind) => named.includes(kind))
  return { id: row.firm_id, clients: row.clients === null ? null : JSON.parse(row.clients), kinds }
}

function toKey(row: KeyRow): ApiKey {
  const rights: string[] = JSON.parse(row.rights)
  return {
    id: row.id,
    name: row.name,
    handle: row.handle,
    rights: API_RIGHTS.filter((right) => rights.includes(right)),
    networks: JSON.parse(row.networks),
    createdBy: row.created_by,
    firm: firmOf(row),
    isHeld: row.firm_id !== null && (row.frozen_at ?? row.disabled_at) !== null,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    usedAt: row.used_at === null ? null : new Date(row.used_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
  }
}
