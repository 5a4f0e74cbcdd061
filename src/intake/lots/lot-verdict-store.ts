import { insertRows } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import type { KnownVerdict } from '../../receipts/signatures/signature-verdict.ts'
import type { PreparedFile } from '../preparation/prepare-file.ts'
import type { Source } from '../sources/source.ts'

/**
 * Keeps what was found of the signatures of a group of a lot, for whoever publishes it.
 *
 * @param before how many documents of the lot come before the group
 */
export async function keepVerdicts(
  tx: Tx,
  lotId: number,
  before: number,
  group: readonly PreparedFile[],
): Promise<void> {
  await insertRows(tx, {
    table: 'lot_verdict',
    columns: ['lot_id', 'n', 'sha256', 'verdict'],
    rows: group.flatMap(({ ready }, at) =>
      ready?.signature
        ? [[lotId, before + at + 1, ready.document.sha256, JSON.stringify(ready.signature)]]
        : [],
    ),
    whenTaken: `on conflict (lot_id, n) do update set sha256 = excluded.sha256,
      verdict = excluded.verdict`,
  })
}

const SLICE = 1_000

/**
 * Tells each document of a lot what was found of its signature when the lot was read.
 *
 * @param sources all documents of the lot, in their order
 * @param through so many of the first of them are through, and are told nothing
 */
export async function* withVerdicts(
  db: Db,
  lotId: number,
  sources: AsyncIterable<Source>,
  through: number,
): AsyncGenerator<Source> {
  let n = 0
  let slice = new Map<number, KnownVerdict>()
  let last = through
  for await (const source of sources) {
    n += 1
    if (n > last) {
      slice = await verdictsAfter(db, lotId, last)
      last += SLICE
    }
    const known = slice.get(n)
    yield known ? { ...source, known } : source
  }
}

async function verdictsAfter(db: Db, lotId: number, n: number): Promise<Map<number, KnownVerdict>> {
  const rows = await db
    .selectFrom('lot_verdict')
    .select(['n', 'sha256', 'verdict'])
    .where('lot_id', '=', lotId)
    .where('n', '>', n)
    .where('n', '<=', n + SLICE)
    .execute()
  return new Map(
    rows.map((row) => [row.n, { sha256: row.sha256, verdict: JSON.parse(row.verdict) }]),
  )
}

/** Forgets what was found of the signatures of a lot that nobody publishes any more. */
export async function dropVerdicts(tx: Tx, lotId: number): Promise<void> {
  await tx.deleteFrom('lot_verdict').where('lot_id', '=', lotId).execute()
}
