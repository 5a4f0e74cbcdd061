import type { Selectable } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { Tx } from '../../db/transaction.ts'
import type { Package, PackageContent, PackagePart } from './package.ts'

/** What is to be made, counted before the transaction that begins it. */
export type PackagePlan = Pick<
  Package,
  | 'loginId'
  | 'apiKeyId'
  | 'sessionId'
  | 'scope'
  | 'query'
  | 'format'
  | 'alsoMerged'
  | 'parts'
  | 'receipts'
>

export async function addPackage(
  tx: Tx,
  one: PackagePlan & { readonly folder: string },
  now: Date,
): Promise<number> {
  const { id } = await tx
    .insertInto('package')
    .values({
      login_id: one.loginId,
      api_key_id: one.apiKeyId,
      session_id: one.sessionId,
      scope: JSON.stringify(one.scope),
      query: one.query,
      format: one.format === 'unido' ? 'pdf' : one.format,
      merged: one.format === 'unido' ? 'instead' : one.alsoMerged ? 'beside' : null,
      status: 'making',
      parts: one.parts,
      receipts: one.receipts,
      folder: one.folder,
      requested_at: now.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Who asked for packages: a person, or the program of a key that a person made. */
export type PackageOwner = Pick<Package, 'loginId' | 'apiKeyId'>

/** Those of one owner that are waiting or under way. Holds the person, so that two requests take turns. */
export async function holdRunning(tx: Tx, owner: PackageOwner): Promise<Package[]> {
  await tx
    .updateTable('login')
    .set((eb) => ({ username: eb.ref('username') }))
    .where('id', '=', owner.loginId)
    .execute()
  return runningOf(tx, owner)
}

/** Those of one owner that are waiting or under way, the newest first. */
export async function runningOf(db: Db, owner: PackageOwner): Promise<Package[]> {
  const rows = await ownedBy(db, owner)
    .where('status', '=', 'making')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toPackage)
}

/** A package whoever it is of: for what makes it. */
export async function packageById(db: Db, id: number): Promise<Package> {
  const row = await db
    .selectFrom('package')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return toPackage(row)
}

/** The package when this owner asked for it; null for anybody else's and for none alike. */
export async function packageOf(db: Db, owner: PackageOwner, id: number): Promise<Package | null> {
  const row = await db
    .selectFrom('package')
    .selectAll()
    .where('id', '=', id)
    .where('login_id', '=', owner.loginId)
    .where('api_key_id', owner.apiKeyId === null ? 'is' : '=', owner.apiKeyId)
    .executeTakeFirst()
  return row ? toPackage(row) : null
}

/** The packages of one owner, the newest first, from before one on. */
export async function packagesOf(
  db: Db,
  owner: PackageOwner,
  page: { beforeId: number | null; limit: number },
): Promise<Package[]> {
  let query = ownedBy(db, owner)
  if (page.beforeId !== null) query = query.where('id', '<', page.beforeId)
  const rows = await query.orderBy('id', 'desc').limit(page.limit).execute()
  return rows.map(toPackage)
}

/** Of the newest packages of one owner those of a party, found before their scopes are parsed. */
export async function packagesWith(
  db: Db,
  owner: PackageOwner,
  partyId: number,
  { among, limit }: { among: number; limit: number },
): Promise<Package[]> {
  const newest = ownedBy(db, owner).orderBy('id', 'desc').limit(among).as('newest')
  const rows = await db
    .selectFrom(newest)
    .selectAll()
    .where('scope', 'like', `%"partyId":${partyId},%`)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toPackage)
}

/** Ends a package that is being made; false when it has ended already. */
export async function endPackage(
  tx: Tx,
  id: number,
  end: { status: 'ready' | 'cancelled' | 'failed'; problem?: string; expiresAt?: Date },
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('package')
    .set({
      status: end.status,
      problem: end.problem ?? null,
      ended_at: now.toISOString(),
      expires_at: end.expiresAt?.toISOString() ?? null,
    })
    .where('id', '=', id)
    .where('status', '=', 'making')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Notes a finished part, or one that had to be made anew. */
export async function addPart(tx: Tx, { packageId, n, ...facts }: PackagePart): Promise<void> {
  await tx
    .insertInto('package_part')
    .values({ package_id: packageId, n, ...facts })
    .onConflict((conflict) => conflict.columns(['package_id', 'n']).doUpdateSet(facts))
    .execute()
}

/** The finished parts of some packages, by package, each in their order. */
export async function partsOfPackages(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, PackagePart[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('package_part')
    .selectAll()
    .where('package_id', 'in', anyOf(db, ids))
    .orderBy('package_id')
    .orderBy('n')
    .execute()
  const parts = rows.map(({ package_id, ...rest }) => ({ packageId: package_id, ...rest }))
  return Map.groupBy(parts, ({ packageId }) => packageId)
}

/**
 * Lets go of the folders of packages that were fetched for long enough, or never will be. Answers
 * their names: whatever lies in them belongs to nobody any more.
 */
export async function releasePackages(tx: Tx, now: Date, limit: number): Promise<string[]> {
  const over = await tx
    .selectFrom('package')
    .select(['id', 'folder'])
    .where('folder', 'is not', null)
    .where('status', '<>', 'making')
    .where(({ fn }) => fn.coalesce('expires_at', 'ended_at'), '<=', now.toISOString())
    .limit(limit)
    .execute()
  const ids = over.map(({ id }) => id)
  if (ids.length > 0) {
    await tx
      .updateTable('package')
      .set({ folder: null })
      .where('id', 'in', anyOf(tx, ids))
      .execute()
  }
  return over.flatMap(({ folder }) => folder ?? [])
}

/** Which of these folders belong to a package. */
export async function keptFolders(db: Db, folders: readonly string[]): Promise<Set<string>> {
  if (folders.length === 0) return new Set()
  const rows = await db
    .selectFrom('package')
    .select('folder')
    .where('folder', 'in', anyOf(db, folders))
    .execute()
  return new Set(rows.flatMap(({ folder }) => folder ?? []))
}

/** By the index of those of people, or of those of keys. */
function ownedBy(db: Db, { loginId, apiKeyId }: PackageOwner) {
  const all = db.selectFrom('package').selectAll()
  return apiKeyId === null
    ? all.where('login_id', '=', loginId).where('api_key_id', 'is', null)
    : all.where('api_key_id', '=', apiKeyId)
}

/** What somebody wants in a package, as its row has it. */
export function toContent({
  format,
  merged,
}: Pick<Schema['package'], 'format' | 'merged'>): PackageContent {
  return { format: merged === 'instead' ? 'unido' : format, alsoMerged: merged === 'beside' }
}

function toPackage(row: Selectable<Schema['package']>): Package {
  return {
    id: row.id,
    loginId: row.login_id,
    apiKeyId: row.api_key_id,
    sessionId: row.session_id,
    scope: JSON.parse(row.scope),
    query: row.query,
    ...toContent(row),
    status: row.status,
    parts: row.parts,
    receipts: row.receipts,
    folder: row.folder,
    problem: row.problem,
    requestedAt: new Date(row.requested_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
  }
}
