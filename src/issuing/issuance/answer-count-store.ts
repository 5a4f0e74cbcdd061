import { sql } from 'kysely'
import type { Db } from '../../db/open.ts'
import type { Figure } from '../../figures/figure.ts'
import { answerFigures } from '../states/answers.ts'

/** So many at a time: grouping all of them at once would need the memory for all. */
const EVENTS_AT_ONCE = 50_000

/** What the figures of the SRI's answers should say, counted from the stories of the documents. */
export async function countAnswers(db: Db): Promise<Figure[]> {
  const { last } = await db
    .selectFrom('issuance_event')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow()
  const figures: Figure[] = []
  for (let after = 0; after < (last ?? 0); after += EVENTS_AT_ONCE) {
    const { rows } = await sql<{ hour: string; what: string; code: string | null; count: number }>`
      select substr(at, 1, 13) as hour, what, code, count(*) as count from issuance_event
      where id > ${after} and id <= ${after + EVENTS_AT_ONCE}
      group by 1, 2, 3`.execute(db)
    for (const row of rows) {
      figures.push(...answerFigures([row], new Date(`${row.hour}:00:00.000Z`)))
    }
  }
  return figures
}
