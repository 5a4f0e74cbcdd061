import type { Db } from '../../../../db/open.ts'
import { ISSUANCES } from '../../../../identity/staff/rights.ts'
import { countLotIssuances } from '../../../../issuing/issuance/issuance-store.ts'
import type { ListedState } from '../../../../issuing/states/state-groups.ts'
import { STATE_WORDS } from '../../../../issuing/states/state-words.ts'
import type { Job } from '../../../../work/job.ts'
import { isLive } from '../../../../work/job.ts'
import type { Lot } from '../../lot.ts'

/** How many documents of a lot of rows stand where, each leading to them. */
export async function issuancesOnScreen(
  db: Db,
  { id, number }: Lot,
): Promise<{ text: string; count: number; href: string }[]> {
  const counts = await countLotIssuances(db, id)
  return (Object.keys(STATE_WORDS) as ListedState[]).flatMap((state) => {
    const count = counts[state] ?? 0
    const { slug, name } = STATE_WORDS[state]
    const href = `${ISSUANCES}?lote=${number}&estado=${slug}`
    return count === 0 ? [] : [{ text: name, count, href }]
  })
}

/** Whether something of it got no number and nobody is at it. */
export function isToIssue({ kind, status, summary }: Lot, job: Job | null): boolean {
  const waiting = summary?.outcomes['to-issue'] ?? 0
  const goesOn = job !== null && (isLive(job) || job.status === 'failed')
  return kind === 'rows' && status === 'published' && waiting > 0 && !goesOn
}
