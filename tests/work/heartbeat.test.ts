import { expect, it, vi } from 'vitest'
import { transaction } from '#src/db/transaction.ts'
import { SILENT_MS, startHeartbeat } from '#src/work/heartbeat.ts'
import { listWorkers, noteWorker } from '#src/work/worker-store.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import { START, stoppedClock, testContext } from '#tests/support/portal.ts'

const HOUR_MS = 3_600_000

eachDatabase((open) => {
  it('tells of a worker while it works, and of none that stopped or went long ago', async () => {
    const db = await open()
    const clock = stoppedClock()
    const { log } = testContext(db, clock)
    const before = (owner: string, ms: number) => {
      const seenAt = new Date(START.getTime() - ms)
      return { owner, host: 'h', version: '0', startedAt: seenAt, seenAt, mailDownSince: null }
    }
    await transaction(db, (tx) => noteWorker(tx, before('long-gone', 2 * HOUR_MS)))
    await transaction(db, (tx) => noteWorker(tx, before('just-gone', 2 * SILENT_MS)))
    const needs = { db, now: clock.now, log, version: '1.2.3', mailDownFor: () => 60_000 }
    const stop = startHeartbeat(needs)
    await vi.waitFor(async () => {
      const [gone, own, ...others] = await listWorkers(db)
      expect(gone?.owner).toBe('just-gone')
      expect(own).toMatchObject({ version: '1.2.3', startedAt: START, seenAt: START })
      expect(own?.mailDownSince).toEqual(new Date(START.getTime() - 60_000))
      expect(others).toEqual([])
    })
    await stop()
    expect((await listWorkers(db)).map(({ owner }) => owner)).toEqual(['just-gone'])
  })
})
