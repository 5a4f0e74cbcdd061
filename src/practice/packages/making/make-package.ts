import fs from 'node:fs/promises'
import path from 'node:path'
import type { Tx } from '../../../db/transaction.ts'
import type { HeldJob } from '../../../work/held-job.ts'
import { lastJobOf } from '../../../work/job-store.ts'
import type { JobEnd, JobKind } from '../../../work/job-worker.ts'
import { announcePackage } from '../announce-package.ts'
import { packageProblems } from '../messages.ts'
import { LIFE_DAYS } from '../package.ts'
import { endPackage, packageById } from '../package-store.ts'
import { packagesFolder } from '../packages-folder.ts'
import type { MakeNeeds } from './make-part.ts'
import { PartMaking } from './make-part.ts'
import { dropLists } from './part-writer.ts'
import type { Progress } from './progress.ts'
import { beginningOf, isBeginning, isOf } from './progress.ts'

/** The kind of job that makes a package. */
export const MAKE_PACKAGE = 'package.make'

const DAY_MS = 86_400_000

/** Makes a package, step by step, so that a worker that is killed costs the last step alone. */
export function makePackageJob(needs: MakeNeeds): JobKind {
  return {
    run: (job) => makePackage(needs, job),
    ended: (tx, id, as) => packageEnded(needs, tx, id, as),
  }
}

async function packageEnded(
  { keys, now }: MakeNeeds,
  tx: Tx,
  id: number,
  as: 'done' | 'cancelled' | 'failed',
): Promise<void> {
  const at = now()
  if (as === 'done') {
    const expiresAt = new Date(at.getTime() + LIFE_DAYS * DAY_MS)
    if (await endPackage(tx, id, { status: 'ready', expiresAt }, at)) {
      await announcePackage(tx, keys.seal, await packageById(tx, id), at)
    }
    return
  }
  const problem = (await lastJobOf(tx, id, [MAKE_PACKAGE]))?.problem
  const ended = await endPackage(tx, id, { status: as, ...(problem ? { problem } : {}) }, at)
  // Who cancelled it knows.
  if (ended && as === 'failed') {
    await announcePackage(tx, keys.seal, await packageById(tx, id), at)
  }
}

async function makePackage(needs: MakeNeeds, job: HeldJob): Promise<JobEnd> {
  let one = await packageById(needs.db, job.subjectId)
  if (one.folder === null) return { as: 'failed', problem: packageProblems.lost }
  const folder = path.join(packagesFolder(needs.dataDir), one.folder)
  const beginAnew = async () => {
    await fs.rm(folder, { recursive: true, force: true })
    one = await packageById(needs.db, job.subjectId)
    return beginningOf(one)
  }
  const noted = job.last.checkpoint as Progress | null
  let progress = noted !== null && isOf(noted, one.scope) ? noted : await beginAnew()
  while (progress.part <= one.parts) {
    const making = await PartMaking.open(needs, job, one, folder, progress)
    if (making === null) {
      // A copy of the database has none of the files: begin at the beginning, as if never begun.
      if (isBeginning(progress)) return { as: 'failed', problem: packageProblems.lost }
      progress = await beginAnew()
      continue
    }
    const made = await making.run()
    if (made === 'moved') {
      progress = await beginAnew()
      continue
    }
    if ('as' in made) return made
    progress = made
  }
  await dropLists(folder, one.parts)
  return { as: 'done' }
}
