import type { Db } from '../../db/open.ts'
import { fingerprint } from '../../values/keys.ts'
import type { Limit } from './limits.ts'

type Hit = { ok: true; count: number } | { ok: false; retryAfterSeconds: number }

/**
 * Counts one more of something, in one statement, before it is done. Refused ones are not counted,
 * so that a window ends when it said it would. `subject` (an address, a cédula) is stored only as a
 * keyed fingerprint.
 */
export async function hit(
  db: Db,
  key: Buffer,
  purpose: string,
  subject: string,
  limit: Limit,
  now: Date,
): Promise<Hit> {
  const time = now.toISOString()
  const endsAt = new Date(now.getTime() + limit.minutes * 60_000).toISOString()
  const name = nameOf(key, purpose, subject, limit)
  const row = await db
    .insertInto('throttle')
    .values({ name, count: 1, window_ends_at: endsAt })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((eb) => {
          const over = eb('throttle.window_ends_at', '<=', time)
          return {
            count: eb
              .case()
              .when(over)
              .then(1)
              .else(eb('throttle.count', '+', 1))
              .end(),
            window_ends_at: eb
              .case()
              .when(over)
              .then(endsAt)
              .else(eb.ref('throttle.window_ends_at'))
              .end(),
          }
        })
        .where((eb) =>
          eb.or([eb('throttle.count', '<', limit.max), eb('throttle.window_ends_at', '<=', time)]),
        ),
    )
    .returning('count')
    .executeTakeFirst()
  if (row) return { ok: true, count: row.count }
  return { ok: false, retryAfterSeconds: await secondsLeft(db, name, now) }
}

/** Counts against several limits; the first that is used up answers. */
export async function hitAll(
  db: Db,
  key: Buffer,
  purpose: string,
  subject: string,
  limits: readonly Limit[],
  now: Date,
): Promise<Hit> {
  let last: Hit = { ok: true, count: 0 }
  for (const limit of limits) {
    last = await hit(db, key, purpose, subject, limit, now)
    if (!last.ok) return last
  }
  return last
}

async function secondsLeft(db: Db, name: string, now: Date): Promise<number> {
  const row = await db
    .selectFrom('throttle')
    .select('window_ends_at')
    .where('name', '=', name)
    .executeTakeFirst()
  const ends = row ? Date.parse(row.window_ends_at) : now.getTime()
  return Math.max(1, Math.ceil((ends - now.getTime()) / 1000))
}

function nameOf(key: Buffer, purpose: string, subject: string, limit: Limit): string {
  return `${purpose}:${limit.minutes}:${fingerprint(key, `${purpose}:${subject}`)}`
}
