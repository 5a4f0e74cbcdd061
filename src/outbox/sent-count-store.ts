import { sql } from 'kysely'
import type { Db } from '../db/open.ts'
import type { Figure } from '../figures/figure.ts'
import { endedMails } from './mail-figures.ts'

/** So many at a time: grouping all of them at once would need the memory for all. */
const MAILS_AT_ONCE = 50_000

/** What the figure of mails that left should say, counted mail by mail. */
export async function countSentMails(db: Db): Promise<Figure[]> {
  const { last } = await db
    .selectFrom('mail')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow()
  const figures: Figure[] = []
  for (let after = 0; after < (last ?? 0); after += MAILS_AT_ONCE) {
    const { rows } = await sql<{ hour: string; count: number }>`
      select substr(sent_at, 1, 13) as hour, count(*) as count from mail
      where id > ${after} and id <= ${after + MAILS_AT_ONCE} and sent_at is not null
      group by 1`.execute(db)
    for (const { hour, count } of rows) {
      figures.push(endedMails('sent', new Date(`${hour}:00:00.000Z`), count))
    }
  }
  return figures
}
