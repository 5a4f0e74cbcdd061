import { expect, it } from 'vitest'
import { issuanceQueue, liveAndFailedJobs, mailLane } from '#src/backoffice/health/health-store.ts'
import {
  failedJobs,
  pendingReceipts,
  stoppedIssuances,
} from '#src/backoffice/panel/attention-store.ts'
import {
  authorizedOf,
  dayAndBefore,
  readPanelFigures,
} from '#src/backoffice/panel/panel-figures.ts'
import { stretchOf } from '#src/backoffice/panel/period.ts'
import { openLots } from '#src/intake/lots/open-lot-store.ts'
import { MAIL_FAILED } from '#src/outbox/mail-figures.ts'
import type { Day } from '#src/values/day.ts'
import { addReceipts, aReceipt } from '#tests/receipts/support/receipt-rows.ts'
import { START } from '#tests/support/portal.ts'
import { openNoted, planOf } from '#tests/support/query-plans.ts'

/** A sort of a few dozen sums, or of the work under way. */
const SORTS = /group by|^select \* from "job" where status in/

it('reads the panel and the queues by indexes, however many receipts and mails there are', async () => {
  const { db, queries } = await openNoted()
  await addReceipts(db, [], [aReceipt({ status: 'pending' })])
  queries.clear()
  const stretch = stretchOf('este-ano', '2026-11-21' as Day)
  await readPanelFigures(db, stretch)
  await authorizedOf(db, stretch.before)
  await dayAndBefore(db, MAIL_FAILED, stretch.days.to, 1)
  await pendingReceipts(db, START)
  await failedJobs(db, 10)
  await openLots(db, 10)
  await stoppedIssuances(db)
  await issuanceQueue(db, START)
  await liveAndFailedJobs(db, 10)
  for (const urgent of [true, false]) await mailLane(db, urgent, START)
  const wrong: string[] = []
  for (const query of [...queries.values()]) {
    const steps = await planOf(db, query)
    // An index made for those rows alone is walked in order, up to the limit.
    const scans = steps.filter((step) => /^SCAN (?!some\b|json_each\b|\()/.test(step))
    const walked = scans.filter(
      (step) =>
        !/USING (COVERING )?INDEX (receipt_pending|job_failed|job_open|lot_open|issuance_due|issuance_spent)/.test(
          step,
        ),
    )
    const sorts = SORTS.test(query.sql) ? [] : steps.filter((step) => /TEMP B-TREE/.test(step))
    for (const step of [...walked, ...sorts]) wrong.push(`${step}: ${query.sql}`)
  }
  expect(wrong).toEqual([])
  expect(queries.size).toBeGreaterThanOrEqual(9)
})
