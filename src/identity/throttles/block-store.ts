import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'

/**
 * Takes a block out of what may be done until a window ends, and answers how many were taken in all,
 * by every process. One write for many calls, and not worth a wait for the disk: a power cut gives a
 * minute's calls back.
 */
export async function takeBlock(
  db: Db,
  name: string,
  size: number,
  windowEnds: Date,
): Promise<number> {
  const { count } = await transaction(
    db,
    (tx) =>
      tx
        .insertInto('throttle')
        .values({ name, count: size, window_ends_at: windowEnds.toISOString() })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((eb) => ({ count: eb('throttle.count', '+', size) })),
        )
        .returning('count')
        .executeTakeFirstOrThrow(),
    'process',
  )
  return count
}
