import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chanceOf } from '#fixtures/random.ts'
import type { VerifyReport } from '#src/backoffice/verify.ts'
import { CrowdVisits, type VisitFigures } from './lot-chaos/crowd-visits.ts'
import type { Documents } from './lot-chaos/documents.ts'
import { makeDocuments } from './lot-chaos/documents.ts'
import { countMails, wrongLot, wrongMails, wrongPages, wrongReceipts } from './lot-chaos/examine.ts'
import { type MailPost, openMailPost } from './lot-chaos/mail-post.ts'
import { momentsOf } from './lot-chaos/moments.ts'
import { Ordeal } from './lot-chaos/ordeal.ts'
import { Supervisor } from './lot-chaos/supervisor.ts'
import {
  command,
  foundWorld,
  searchesOf,
  signInCrowd,
  signInStaff,
  type World,
} from './lot-chaos/world.ts'

export interface LotChaos {
  readonly documents: number
  readonly kills: number
  readonly seed: number
  /** A folder in which the documents are kept for the next run. */
  readonly kept: string | undefined
}

const QUIET_SECONDS = 30
/** Of a customer's page, beside the lot against without it. */
const RATIO_GOAL = 2
const NAMED = 50

/**
 * A lot from its upload to the last mail through the front door of the product as `npm start` runs
 * it, while customers search and the process is killed at moments by lot: what was found in the end,
 * and what it cost. Pages that meet a dead process are counted apart and are in no percentile. The
 * database is a new file, or the empty one that `BENCH_DATABASE_URL` names.
 */
export async function benchLotChaos({ documents: count, kills, seed, kept }: LotChaos) {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  say(`semilla ${seed}`)
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-lot-chaos-'))
  const database = process.env['BENCH_DATABASE_URL'] ?? `sqlite:${path.join(folder, 'portal.db')}`
  const post = await openMailPost()
  let supervisor: Supervisor | null = null
  let world: World | null = null
  try {
    const documents = await makeDocuments(kept ?? folder, count)
    say('documentos hechos')
    world = await foundWorld(database, folder, documents, post.url)
    say('banco fundado')
    supervisor = new Supervisor(world.origin, world.environment)
    supervisor.start()
    await supervisor.ready()
    const staff = await signInStaff(world)
    const crowd = await signInCrowd(world)
    const visits = new CrowdVisits(searchesOf(world.origin, crowd.values()))
    const quiet = await visits.quiet(QUIET_SECONDS)
    visits.start()
    const moments = momentsOf(kills, chanceOf(seed))
    const ordeal = new Ordeal({ world, staff, post, visits, supervisor, moments, say }, count)
    await ordeal.toTheEnd(documents.zips)
    await visits.stop()
    say('examen')
    const { lotId, lot, seconds } = ordeal
    const outside = [
      ...(await wrongLot(world.db, lotId, count, { staff: staff.diego, lot })),
      ...(await wrongPages(world.db, crowd)),
    ]
    const code = await supervisor.end()
    const found = [
      ...ordeal.problems,
      ...outside,
      ...(code === 0 ? [] : [`al final terminó con ${code}`]),
      ...(supervisor.falls === 0 ? [] : [`terminó sola ${supervisor.falls} veces`]),
      ...(supervisor.kills === kills ? [] : [`murió ${supervisor.kills} veces de ${kills}`]),
      ...Object.entries(visits.strange).map(([status, of]) => `${of} páginas ${status}`),
      ...(await wrongInside(world, documents, post)),
    ]
    const ratio = ({ p99Ms }: VisitFigures) => Number((p99Ms / quiet.p99Ms).toFixed(2))
    const { all, warm, phases } = visits.figures()
    return {
      ...{ documents: count, seed, database: database.split(':')[0], kills: ordeal.kills },
      seconds: { ...seconds, total: Object.values(seconds).reduce((sum, of) => sum + of, 0) },
      pages: { quiet, beside: all, warm, phases, refusedByTheDead: visits.refused },
      p99Ratio: ratio(all),
      p99RatioWarm: ratio(warm),
      p99RatioGoal: RATIO_GOAL,
      serverPeakRssMb: supervisor.peakRssMb,
      mails: countMails(await post.taken()),
      complaints: [...new Set(supervisor.complaints)].slice(0, NAMED),
      found: found.length === 0 ? 'nada' : found.slice(0, NAMED),
    }
  } finally {
    await supervisor?.kill()
    await world?.db.destroy()
    post.close()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** What is wrong in the database, by what was made and what the mail server took. */
async function wrongInside(
  { db, environment }: World,
  documents: Documents,
  post: MailPost,
): Promise<string[]> {
  const report: VerifyReport = JSON.parse(await command(environment, 'verify', '--json'))
  const checks = report.checks.flatMap(({ name, problems }) =>
    problems.map((problem) => `${name}: ${problem}`),
  )
  return [
    ...checks,
    ...(await wrongReceipts(db, documents)),
    ...(await wrongMails(db, documents, await post.taken())),
  ]
}
