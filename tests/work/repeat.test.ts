import { expect, it } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { repeatJob } from '#src/work/job-store.ts'
import type { JobKind } from '#src/work/job-worker.ts'
import { createJobWorker } from '#src/work/job-worker.ts'
import { stoppedClock } from '#tests/outbox/clock.ts'
import { SILENT } from '#tests/outbox/outbox.ts'
import { eachDatabase } from '#tests/support/databases.ts'

const KIND = 'tide.watch'

/** Counts how often it ran, and what it began from. */
function tide() {
  const seen: unknown[] = []
  const kind = (db: Db): JobKind => ({
    run: async (job) => {
      seen.push(job.last.checkpoint)
      const checkpoint = seen.length
      await transaction(db, (tx) => job.note(tx, { done: 1, total: null, checkpoint }))
      return { as: 'done' }
    },
    ended: async () => undefined,
  })
  return { seen, kind }
}

eachDatabase((open) => {
  it('runs a job that recurs again from where it came, and never two at once', async () => {
    const db = await open()
    const { now, advance } = stoppedClock()
    const { seen, kind } = tide()
    const worker = createJobWorker({ db, now, log: SILENT, kinds: new Map([[KIND, kind(db)]]) })
    const repeat = () => transaction(db, (tx) => repeatJob(tx, KIND, now()))
    for (let minute = 0; minute < 3; minute += 1) {
      await Promise.all([repeat(), repeat(), repeat()])
      await worker.runOnce()
      advance({ minutes: 1 })
    }
    expect(seen).toEqual([null, 1, 2])
    const jobs = await db.selectFrom('job').select(['kind', 'status']).execute()
    expect(jobs).toEqual([{ kind: KIND, status: 'done' }])
  })

  it('leaves one alone that somebody paused', async () => {
    const db = await open()
    const { now } = stoppedClock()
    const { seen, kind } = tide()
    await transaction(db, (tx) => repeatJob(tx, KIND, now()))
    await db.updateTable('job').set({ status: 'paused' }).execute()
    await transaction(db, (tx) => repeatJob(tx, KIND, now()))
    const worker = createJobWorker({ db, now, log: SILENT, kinds: new Map([[KIND, kind(db)]]) })
    await worker.runOnce()
    expect(seen).toEqual([])
  })
})
