import type { Selectable } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { ApiKey, ApiRight } from './api-key.ts'
import { API_RIGHTS } from './api-key.ts'

/** The key and what proves it; null when there is none of that handle. */
export async function findKey(
  db: Db,
  handle: string,
): Promise<{ key: ApiKey; secretHash: string } | null> {
  const row = await db
    .selectFrom('api_key')
    .selectAll()
    .where('handle', '=', handle)
    .executeTakeFirst()
  return row ? { key: toKey(row), secretHash: row.secret_hash } : null
}

/** All there ever were, those that work first; a bank has tens of them. */
export async function listKeys(db: Db): Promise<ApiKey[]> {
  const rows = await db.selectFrom('api_key').selectAll().orderBy('id', 'desc').execute()
  return rows.map(toKey)
}

export interface NewKey {
  name: string
  handle: string
  secretHash: string
  rights: readonly ApiRight[]
  networks: readonly string[]
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

/** Notes that it was used. Takes its turn among the writers, and is worth no wait for the disk. */
export async function touchKey(db: Db, id: number, now: Date): Promise<void> {
  await transaction(
    db,
    (tx) =>
      tx.updateTable('api_key').set({ used_at: now.toISOString() }).where('id', '=', id).execute(),
    'process',
  )
}

function toKey(row: Selectable<Schema['api_key']>): ApiKey {
  const rights: string[] = JSON.parse(row.rights)
  return {
    id: row.id,
    name: row.name,
    handle: row.handle,
    rights: API_RIGHTS.filter((right) => rights.includes(right)),
    networks: JSON.parse(row.networks),
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
    usedAt: row.used_at === null ? null : new Date(row.used_at),
    revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
  }
}
