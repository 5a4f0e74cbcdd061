import { expect } from 'vitest'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { openJobWorker } from '#src/jobs.ts'
import { MAKE_PACKAGE, makePackageJob } from '#src/practice/packages/making/make-package.ts'
import type { RidePool } from '#src/ride/ride-pool.ts'
import { HeldJob } from '#src/work/held-job.ts'
import { claimJob, releaseJob } from '#src/work/job-claim-store.ts'
import type { TestPortal } from '#tests/support/portal.ts'
import type { SignedIn } from '../receipts/support/signed-in.ts'

/** Does all the long work that waits, as the thread of a running portal would. */
export async function work({ context }: Pick<TestPortal, 'context'>): Promise<void> {
  const worker = openJobWorker(context)
  await worker.runOnce()
  await worker.stop()
}

/**
 * Makes what waits with a worker that is stopped after each step, and lets something happen then;
 * answers how often it was taken up.
 */
export async function stepByStep(
  { context }: Pick<TestPortal, 'context'>,
  {
    between = async () => undefined,
    ridePool = { draw: async () => ({ ok: false, refusal: 'unreadable' }) },
  }: {
    between?: (turn: number) => Promise<void>
    ridePool?: Pick<RidePool, 'draw'>
  } = {},
): Promise<number> {
  const { config, db, keys, log, now, policy } = context
  const needs = { db, dataDir: config.dataDir, ridePool, policy, keys, now, log }
  const claim = () => ({ owner: 'stopping', until: new Date(now().getTime() + 60_000) })
  for (let turns = 1; ; turns += 1) {
    const job = await transaction(db, (tx) => claimJob(tx, [MAKE_PACKAGE], claim(), now()))
    if (job === null) throw new Error('Nothing to be made')
    const held = new HeldJob(job, claim, () => true)
    const kind = makePackageJob(needs)
    const end = await kind.run(held)
    if (end.as !== 'stopped') {
      await transaction(db, async (tx) => {
        await releaseJob(tx, job.id, 'stopping', end, now())
        await kind.ended(tx, job.subjectId, end.as)
      })
      return turns
    }
    const waiting = { as: 'waiting' } as const
    await transaction(db, (tx) => releaseJob(tx, job.id, 'stopping', waiting, now()))
    await between(turns)
  }
}

/** The finished parts of a package, in their order. */
export function partsOf(db: Db, packageId: number) {
  return db
    .selectFrom('package_part')
    .select(['n', 'receipts', 'missing', 'bytes', 'sha256'])
    .where('package_id', '=', packageId)
    .orderBy('n')
    .execute()
}

/** Asks for a package by the form; answers its address. */
export async function ask(
  { browser }: SignedIn,
  busqueda: string,
  formato = 'ambos',
): Promise<string> {
  const answer = await browser.post('/descargas', { busqueda, formato })
  expect(answer.statusCode).toBe(303)
  return String(answer.headers.location)
}

/** Asks for a package and has it made; answers its address. */
export async function askAndMake(
  portal: TestPortal,
  who: SignedIn,
  busqueda: string,
  formato = 'ambos',
): Promise<string> {
  const address = await ask(who, busqueda, formato)
  await work(portal)
  return address
}
