import type { Selectable } from 'kysely'
import { insertRows } from '../../db/bulk-insert.ts'
import { lockFor } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'
import type { LotStatus } from '../../db/tables/intake.ts'
import type { Tx } from '../../db/transaction.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import { dayOf } from '../../values/day.ts'
import type { Lot, LotFile, LotNumber } from './lot.ts'
import { formatLotNumber } from './lot.ts'
import type { LotSummary } from './lot-summary.ts'
import { dropVerdicts } from './lot-verdict-store.ts'

/** A lot to be added; the rest follows. */
interface NewLot extends Pick<Lot, 'kind' | 'documentKind' | 'folder' | 'loadedBy'> {
  /** `stopped` publishes as it is read, and is what it looks like should that be cut short. */
  readonly status: 'reading' | 'stopped'
  readonly files: readonly LotFile[]
}

/** Adds a lot under the next number of the month in Guayaquil and answers its id. */
export async function addLot(tx: Tx, lot: NewLot, now: Date): Promise<number> {
  await lockFor(tx, 'lots')
  const month = dayOf(now).slice(0, 7)
  const last = await tx
    .selectFrom('lot')
    .select('sequence')
    .where('month', '=', month)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst()
  const { id } = await tx
    .insertInto('lot')
    .values({
      month,
      sequence: (last?.sequence ?? 0) + 1,
      kind: lot.kind,
      document_kind: lot.documentKind,
      status: lot.status,
      folder: lot.folder,
      loaded_by: lot.loadedBy,
      loaded_at: now.toISOString(),
      published_at: lot.status === 'stopped' ? now.toISOString() : null,
      files: lot.files.length,
      size: lot.files.reduce((sum, { bytes }) => sum + bytes, 0),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertRows(tx, {
    table: 'lot_file',
    columns: ['lot_id', 'n', 'name', 'size', 'sha256', 'stored'],
    rows: lot.files.map((file, at) => {
      return [id, at + 1, file.name, file.bytes, file.sha256, file.stored]
    }),
  })
  return id
}

export async function findLot(db: Db, { month, sequence }: LotNumber): Promise<Lot | null> {
  const row = await db
    .selectFrom('lot')
    .selectAll()
    .where('month', '=', month)
    .where('sequence', '=', sequence)
    .executeTakeFirst()
  return row ? toLot(row) : null
}

export async function lotById(db: Db, id: number): Promise<Lot> {
  const row = await db.selectFrom('lot').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  return toLot(row)
}

/** Lots, the newest first, by keyset. */
export async function lotsBefore(
  db: Db,
  page: { beforeId: number | null; limit: number },
): Promise<Lot[]> {
  const rows = await db
    .selectFrom('lot')
    .selectAll()
    .where('id', '<', page.beforeId ?? Number.MAX_SAFE_INTEGER)
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(toLot)
}

export async function filesOf(db: Db, lotId: number): Promise<LotFile[]> {
  const rows = await db
    .selectFrom('lot_file')
    .selectAll()
    .where('lot_id', '=', lotId)
    .orderBy('n')
    .execute()
  return rows.map(({ name, size, sha256, stored }) => ({ name, bytes: size, sha256, stored }))
}

/** One more file of a lot, of rows that were mended. */
export async function addFile(tx: Tx, lotId: number, file: LotFile): Promise<void> {
  const { last } = await tx
    .selectFrom('lot_file')
    .where('lot_id', '=', lotId)
    .select(({ fn }) => fn.max('n').as('last'))
    .executeTakeFirstOrThrow()
  const { name, bytes: size, sha256, stored } = file
  await tx
    .insertInto('lot_file')
    .values({ lot_id: lotId, n: Number(last) + 1, name, size, sha256, stored })
    .execute()
  await tx
    .updateTable('lot')
    .set((eb) => ({ files: eb('files', '+', 1), size: eb('size', '+', size) }))
    .where('id', '=', lotId)
    .execute()
}

/** For each file of a lot that another brought before, byte by byte, the newest such lot. */
export async function earlierLotsOf(db: Db, lotId: number): Promise<Lot[]> {
  const rows = await db
    .selectFrom('lot_file as earlier')
    .innerJoin('lot_file as file', (join) =>
      join.onRef('file.sha256', '=', 'earlier.sha256').onRef('earlier.lot_id', '<', 'file.lot_id'),
    )
    .where('file.lot_id', '=', lotId)
    .groupBy('file.n')
    .select(({ fn }) => fn.max('earlier.lot_id').as('lotId'))
    .orderBy('file.n')
    .execute()
  const ids = rows.map((row) => Number(row.lotId))
  if (ids.length === 0) return []
  const lots = await db
    .selectFrom('lot')
    .selectAll()
    .where('id', 'in', [...new Set(ids)])
    .execute()
  const byId = new Map(lots.map((row) => [row.id, toLot(row)]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/**
 * Moves a lot on, if it stands where the caller believes.
 *
 * @returns false when somebody else moved it first
 */
export async function moveLot(
  tx: Tx,
  lotId: number,
  from: readonly LotStatus[],
  to: LotStatus,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('lot')
    .set({ status: to })
    .where('id', '=', lotId)
    .where('status', 'in', [...from])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** A lot as it stands, for whoever changes it in this transaction: others wait. */
export async function holdLot(tx: Tx, lotId: number): Promise<Lot> {
  const row = await tx
    .updateTable('lot')
    .set((eb) => ({ status: eb.ref('status') }))
    .where('id', '=', lotId)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toLot(row)
}

export async function keepSummary(tx: Tx, lotId: number, summary: LotSummary): Promise<void> {
  await tx
    .updateTable('lot')
    .set({ summary: JSON.stringify(summary) })
    .where('id', '=', lotId)
    .execute()
}

export async function notePublisher(
  tx: Tx,
  lotId: number,
  publishedBy: number,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('lot')
    .set({ published_by: publishedBy, published_at: now.toISOString() })
    .where('id', '=', lotId)
    .execute()
}

/** All of it is with its owners. */
export async function endPublishing(tx: Tx, lotId: number, now: Date): Promise<void> {
  await tx
    .updateTable('lot')
    .set((eb) => ({
      status: 'published',
      published_at: eb.fn.coalesce('published_at', eb.val(now.toISOString())),
    }))
    .where('id', '=', lotId)
    .where('status', 'in', ['publishing', 'stopped'])
    .execute()
}

/** Nothing more is to come of it. */
export async function endLot(
  tx: Tx,
  lotId: number,
  from: readonly LotStatus[],
  to: 'withdrawn' | 'discarded',
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('lot')
    .set({ status: to, ended_at: now.toISOString() })
    .where('id', '=', lotId)
    .where('status', 'in', [...from])
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await dropVerdicts(tx, lotId)
  return true
}

export function toLot(row: Selectable<Schema['lot']>): Lot {
  return {
    id: row.id,
    number: formatLotNumber(row),
    kind: row.kind,
    documentKind: row.document_kind as DocumentKind | null,
    status: row.status,
    folder: row.folder,
    loadedBy: row.loaded_by,
    loadedAt: new Date(row.loaded_at),
    files: row.files,
    bytes: row.size,
    summary: row.summary === null ? null : JSON.parse(row.summary),
    publishedBy: row.published_by,
    publishedAt: row.published_at === null ? null : new Date(row.published_at),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at),
  }
}
