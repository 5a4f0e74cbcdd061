import type { Config } from '../../config.ts'
import type { Db } from '../../db/open.ts'
import { databaseCheck, writeCheck } from '../../db/readiness.ts'
import { HEALTH } from '../../identity/staff/rights.ts'
import { requireRight } from '../../identity/staff/staff-guard.ts'
import type { Area } from '../../web/area.ts'
import { listWorkers } from '../../work/worker-store.ts'
import { healthPage } from '../views.ts'
import { issuingHealth } from './issuing-health.ts'
import { jobHealth } from './job-health.ts'
import { databaseHealth, diskHealth, tlsHealth } from './machine-health.ts'
import { mailHealth } from './mail-health.ts'
import { backupHealth, processHealth } from './process-health.ts'
import type { Reading } from './reading.ts'

type Needs = { db: Db; config: Pick<Config, 'dataDir' | 'publicUrl' | 'tls'>; now: () => Date }

const SLOW_MS = 60_000

/**
 * Whether everything runs as it should, for who answers for it. It tells of nobody and shows no
 * secret. The page does not refresh itself: a window left open would keep its session open too.
 */
export const healthRoutes: Area<Needs> = async (app, { db, config, now }) => {
  const checks = { database: databaseCheck(db), writing: writeCheck(db) }
  const disk = keptFor(SLOW_MS, now, () => diskHealth(db, config.dataDir))
  const tls = keptFor(SLOW_MS, now, () => tlsHealth(config, now()))

  app.get(HEALTH, { onRequest: requireRight('health.see') }, async (_request, reply) => {
    const at = now()
    const workers = await listWorkers(db)
    const { readings: work, jobs } = await jobHealth(db, at)
    const groups = [
      { id: 'correo', title: 'Correo', readings: await mailHealth(db, workers, at) },
      {
        id: 'datos',
        title: 'Datos',
        readings: [...(await databaseHealth(db, checks)), ...(await disk())],
      },
      {
        id: 'procesos',
        title: 'Procesos y respaldo',
        readings: [...processHealth(workers, at), await backupHealth(db, at)],
      },
      {
        id: 'certificados',
        title: 'Certificados y SRI',
        readings: [await tls(), ...(await issuingHealth(db, at))],
      },
    ]
    const overall = overallOf([...groups.flatMap(({ readings }) => readings), ...work])
    return reply.page(healthPage, { at, groups, work, jobs, overall }, { title: 'Salud' })
  })
}

/** What the page says first: how many things are wrong, or could be, and which. */
function overallOf(readings: readonly Reading[]) {
  const of = (tone: Reading['tone']) => readings.filter((one) => one.tone === tone)
  const [bad, waiting] = [of('mal'), of('espera')]
  const text = [...bad, ...waiting].map(({ name }) => name).join(', ')
  if (bad.length > 0) {
    const title = bad.length === 1 ? '1 cosa está mal' : `${bad.length} cosas están mal`
    return { kind: 'mal', title, text }
  }
  if (waiting.length === 0) return { kind: 'ok', title: 'Todo funciona', text }
  const count = waiting.length
  const title = count === 1 ? '1 cosa pide que la mires' : `${count} cosas piden que las mires`
  return { kind: 'espera', title, text }
}

/** Asks again only when the last answer is so old, and once for everybody who asks meanwhile. */
function keptFor<Result>(milliseconds: number, now: () => Date, ask: () => Promise<Result>) {
  let kept: { at: number; answer: Promise<Result> } | null = null
  return (): Promise<Result> => {
    const at = now().getTime()
    if (kept === null || at - kept.at >= milliseconds) {
      const answer = ask()
      kept = { at, answer }
      answer.catch(() => {
        kept = null
      })
    }
    return kept.answer
  }
}
