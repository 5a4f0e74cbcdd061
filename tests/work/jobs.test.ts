import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import type { HeldJob } from '#src/work/held-job.ts'
import { isLive, paceOf } from '#src/work/job.ts'
import { addJob, lastJobOf, resumeJob, stopJob } from '#src/work/job-store.ts'
import type { JobEnd, JobKind } from '#src/work/job-worker.ts'
import { createJobWorker } from '#src/work/job-worker.ts'
import { eachDatabase } from '#tests/support/databases.ts'
import type { Clock } from '#tests/support/portal.ts'
import { stoppedClock } from '#tests/support/portal.ts'

const silent = { info() {}, warn() {}, error() {} }
const COUNT = 'count'

/** Counts to ten, a step at a time, noting each where nobody can note it twice. */
function counting(db: Db, onStep: (step: number, job: HeldJob) => unknown = () => undefined) {
  const ends: string[] = []
  const kind: JobKind = {
    run: async (job): Promise<JobEnd> => {
      let { done } = job.last
      while (done < 10) {
        done += 1
        await transaction(db, async (tx) => {
          await tx
            .insertInto('throttle')
            .values({ name: `step ${job.subjectId} ${done}`, count: 1, window_ends_at: '9' })
            .execute()
          await job.note(tx, { done, total: 10, checkpoint: { done } })
        })
        await onStep(done, job)
        if (!job.goesOn) return { as: 'stopped' }
      }
      return { as: 'done' }
    },
    ended: async (_tx, subjectId, as) => {
      ends.push(`${subjectId} ${as}`)
    },
  }
  return { ends, kinds: new Map([[COUNT, kind]]) }
}

async function add(db: Db, subjectId: number, clock: Clock): Promise<number | null> {
  const job = { kind: COUNT, subjectId, total: 10, checkpoint: null, createdBy: null }
  return transaction(db, (tx) => addJob(tx, job, clock.now()))
}

async function steps(db: Db): Promise<number> {
  return (await db.selectFrom('throttle').selectAll().execute()).length
}

eachDatabase((open) => {
  it('does each step once, however many workers there are', async () => {
    const db = await open()
    const clock = stoppedClock()
    for (let subject = 1; subject <= 6; subject += 1) await add(db, subject, clock)
    const { ends, kinds } = counting(db)
    const workers = [1, 2, 3].map(() => createJobWorker({ db, now: clock.now, log: silent, kinds }))
    await Promise.all(workers.map((worker) => worker.runOnce()))
    expect(ends.sort()).toEqual([1, 2, 3, 4, 5, 6].map((subject) => `${subject} done`))
    expect(await steps(db)).toBe(60)
  })

  it('does one thing at a time to a subject', async () => {
    const db = await open()
    const clock = stoppedClock()
    expect(await add(db, 1, clock)).not.toBeNull()
    expect(await add(db, 1, clock)).toBeNull()
    const { kinds } = counting(db)
    await createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
    expect(await add(db, 1, clock)).not.toBeNull()
  })

  it('takes over from a worker that is gone, which then can note nothing more', async () => {
    const db = await open()
    const clock = stoppedClock()
    await add(db, 1, clock)
    let taken = false
    const second = counting(db)
    const { ends, kinds } = counting(db, async (step) => {
      if (step !== 4 || taken) return
      taken = true
      // It stood still for longer than its claim holds.
      clock.advance({ seconds: 31 })
      await createJobWorker({ db, now: clock.now, log: silent, kinds: second.kinds }).runOnce()
    })
    await createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
    expect(second.ends).toEqual(['1 done'])
    expect(ends).toEqual([])
    expect(await steps(db)).toBe(10)
  })

  it('pauses, goes on and is cancelled between two steps', async () => {
    const db = await open()
    const clock = stoppedClock()
    const id = (await add(db, 1, clock)) ?? 0
    const stopAt = (at: number, how: 'pause' | 'cancel') => async (step: number) => {
      if (step === at) await transaction(db, (tx) => stopJob(tx, id, how, clock.now()))
    }
    const work = async ({ kinds }: ReturnType<typeof counting>) =>
      createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
    await work(counting(db, stopAt(3, 'pause')))
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'paused', done: 4 })
    await work(counting(db))
    expect(await steps(db)).toBe(4)
    await transaction(db, (tx) => resumeJob(tx, id, clock.now()))
    const last = counting(db, stopAt(6, 'cancel'))
    await work(last)
    expect(last.ends).toEqual(['1 cancelled'])
    const job = await lastJobOf(db, 1, [COUNT])
    expect(job).toMatchObject({ status: 'cancelled', done: 7, wish: null })
    expect(job && isLive(job)).toBe(false)
    expect(await transaction(db, (tx) => stopJob(tx, id, 'cancel', clock.now()))).toBe('over')
  })

  it('goes on when it is told to, though it was asked to pause in a step that failed', async () => {
    const db = await open()
    const clock = stoppedClock()
    const id = (await add(db, 1, clock)) ?? 0
    const failing = counting(db, async () => {
      await transaction(db, (tx) => stopJob(tx, id, 'pause', clock.now()))
      throw new Error('No disk')
    })
    await createJobWorker({ db, now: clock.now, log: silent, kinds: failing.kinds }).runOnce()
    await transaction(db, (tx) => stopJob(tx, id, 'pause', clock.now()))
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'paused', wish: null })
    await transaction(db, (tx) => resumeJob(tx, id, clock.now()))
    const { ends, kinds } = counting(db)
    await createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
    expect(ends).toEqual(['1 done'])
  })

  it('tries again what failed, not at once, and never gives up what makes headway', async () => {
    const db = await open()
    const clock = stoppedClock()
    await add(db, 1, clock)
    const { ends, kinds } = counting(db, () => {
      throw new Error('The disk is away')
    })
    const worker = () => createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
    await worker()
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'waiting', done: 1 })
    await worker()
    // Not before its time.
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ done: 1 })
    for (let tries = 0; tries < 12; tries += 1) {
      clock.advance({ minutes: 11 })
      await worker()
    }
    // It failed ten times; each try brought a step.
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'done', done: 10 })
    expect(ends).toEqual(['1 done'])
  })

  it('gives up what fails at the same step five times', async () => {
    const db = await open()
    const clock = stoppedClock()
    await add(db, 1, clock)
    const ends: string[] = []
    const kind: JobKind = {
      run: async () => {
        throw new Error('Never')
      },
      ended: async (_tx, subjectId, as) => {
        ends.push(`${subjectId} ${as}`)
      },
    }
    const kinds = new Map([[COUNT, kind]])
    for (let tries = 0; tries < 6; tries += 1) {
      await createJobWorker({ db, now: clock.now, log: silent, kinds }).runOnce()
      clock.advance({ minutes: 11 })
    }
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'failed' })
    expect(ends).toEqual(['1 failed'])
  })

  it('counts from the last step, also when the try that brought it was to be the last', async () => {
    const db = await open()
    const clock = stoppedClock()
    await add(db, 1, clock)
    let tries = 0
    const { ends, kinds } = counting(db, () => {
      if (tries === 5) throw new Error('The disk is away again')
    })
    const kind = kinds.get(COUNT)
    const failing: JobKind = {
      run: async (job) => {
        tries += 1
        if (tries < 5 || !kind) throw new Error('The disk is away')
        return kind.run(job)
      },
      ended: async (tx, subjectId, as) => kind?.ended(tx, subjectId, as),
    }
    const worker = () =>
      createJobWorker({ db, now: clock.now, log: silent, kinds: new Map([[COUNT, failing]]) })
    for (let times = 0; times < 5; times += 1) {
      await worker().runOnce()
      clock.advance({ minutes: 11 })
    }
    // The fifth try brought a step before it failed.
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'waiting', attempts: 1 })
    await worker().runOnce()
    expect(ends).toEqual(['1 done'])
    expect(await steps(db)).toBe(10)
  })

  it('gives back what it holds when it stops, without a step lost', async () => {
    const db = await open()
    const clock = stoppedClock()
    await add(db, 1, clock)
    let stopped: Promise<void> | undefined
    const { kinds } = counting(db, async (step) => {
      if (step === 2) stopped = worker.stop()
      await pause(1)
    })
    const worker = createJobWorker({ db, now: clock.now, log: silent, kinds })
    worker.start()
    while (!stopped) await pause(5)
    await stopped
    expect(await lastJobOf(db, 1, [COUNT])).toMatchObject({ status: 'waiting' })
    const next = counting(db)
    await createJobWorker({ db, now: clock.now, log: silent, kinds: next.kinds }).runOnce()
    expect(next.ends).toEqual(['1 done'])
    expect(await steps(db)).toBe(10)
  })
})

it('tells its pace since it was last taken up', () => {
  const now = new Date('2026-11-21T12:00:30.000Z')
  const job = {
    id: 1,
    kind: COUNT,
    subjectId: 1,
    status: 'running',
    wish: null,
    done: 300,
    total: 600,
    checkpoint: null,
    attempts: 0,
    resumedAt: new Date('2026-11-21T12:00:00.000Z'),
    resumedDone: 0,
    problem: null,
    createdAt: now,
    endedAt: null,
  } as const
  expect(paceOf(job, now)).toEqual({ perMinute: 600, secondsLeft: 30 })
  expect(paceOf({ ...job, status: 'paused' }, now)).toBeNull()
  expect(paceOf({ ...job, done: 0 }, now)).toBeNull()
})
