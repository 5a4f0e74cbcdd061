import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import { startsWith } from '../../db/starts-with.ts'

/** Parties with an identification that begins so, `limit` at most. */
export async function partiesByNumber(db: Db, prefix: string, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('party_identification')
    .select('party_id as id')
    .where(startsWith(db, sql`number`, prefix))
    .limit(limit)
    .execute()
  return idsOf(rows)
}

/** Parties that have, or had, an address that begins so, `limit` at most. */
export async function partiesByMail(db: Db, prefix: string, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('contact')
    .select('party_id as id')
    .where(startsWith(db, sql`lower(value)`, prefix.toLowerCase()))
    .limit(limit)
    .execute()
  return idsOf(rows)
}

/** Beyond so many a beginning says little: another word of the search is asked first. */
const COMMON = 1_000

/**
 * Parties in whose name a word begins with each of these, `limit` at most. The rarest leads, so that
 * a name among a million costs what its rarest word does.
 */
export async function partiesByWords(
  db: Db,
  words: readonly string[],
  limit: number,
): Promise<number[]> {
  const counted = await Promise.all(
    words.map(async (word) => ({ word, count: await countWord(db, word) })),
  )
  const [rarest, ...others] = counted.sort((a, b) => a.count - b.count)
  if (!rarest || rarest.count === 0) return []
  let query = db
    .selectFrom('party_word as led')
    .select('led.party_id as id')
    .distinct()
    .where(startsWith(db, sql`led.word`, rarest.word))
    .limit(limit)
  for (const { word } of others) {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('party_word as other')
          .select('other.party_id')
          .whereRef('other.party_id', '=', 'led.party_id')
          .where(startsWith(db, sql`other.word`, word)),
      ),
    )
  }
  return idsOf(await query.execute())
}

async function countWord(db: Db, prefix: string): Promise<number> {
  const some = db
    .selectFrom('party_word')
    .select('party_id')
    .where(startsWith(db, sql`word`, prefix))
    .limit(COMMON)
  const { count } = await db
    .selectFrom(some.as('some'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

function idsOf(rows: readonly { id: number }[]): number[] {
  return [...new Set(rows.map(({ id }) => id))]
}
