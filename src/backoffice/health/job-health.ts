import type { Db } from '../../db/open.ts'
import { LOTS } from '../../identity/staff/rights.ts'
import { lotNumbers } from '../../intake/lots/open-lot-store.ts'
import { formatCount } from '../../values/count.ts'
import type { Job } from '../../work/job.ts'
import { agoWords } from '../panel/words.ts'
import { liveAndFailedJobs } from './health-store.ts'
import type { Reading } from './reading.ts'

const JOBS_MAX = 30
const WAITING_LONG_MS = 300_000

/** Long work as a row of a table. */
export interface JobOnScreen {
  readonly what: string
  readonly href: string | null
  readonly state: { readonly text: string; readonly tone: Reading['tone'] }
  readonly progress: string
  /** Since it was asked for, or since it failed. */
  readonly since: string
  readonly problem: string
}

const WORDS: Readonly<Record<string, string>> = {
  'lot.read': 'Leer el lote',
  'lot.publish': 'Publicar el lote',
  'lot.issue': 'Emitir el lote',
  'receipts.follow': 'Seguir los comprobantes entregados',
  'lot.withdraw': 'Retirar el lote',
  'package.make': 'Preparar una descarga',
  'practice.seal-months': 'Sellar meses',
}

const STATES = {
  waiting: { text: 'En espera', tone: 'espera' },
  running: { text: 'En marcha', tone: 'ok' },
  paused: { text: 'En pausa', tone: 'espera' },
  failed: { text: 'Falló', tone: 'mal' },
  done: { text: 'Terminó', tone: 'ok' },
  cancelled: { text: 'Cancelado', tone: '' },
} as const

/** The long work that waits, runs, pauses or failed. */
export async function jobHealth(
  db: Db,
  now: Date,
): Promise<{ readings: Reading[]; jobs: JobOnScreen[] }> {
  const { live, failed } = await liveAndFailedJobs(db, JOBS_MAX)
  const jobs = [...live, ...failed]
  const numbers = await lotNumbers(db, [...new Set(jobs.map(({ subjectId }) => subjectId))])
  return {
    readings: [waitingReading(live, now), failedReading(failed)],
    jobs: jobs.map((job) => jobOnScreen(job, numbers, now)),
  }
}

function jobOnScreen(job: Job, numbers: ReadonlyMap<number, string>, now: Date): JobOnScreen {
  const number = job.kind.startsWith('lot.') ? numbers.get(job.subjectId) : undefined
  const words = WORDS[job.kind] ?? job.kind
  const { done, total } = job
  const share = total ? `${Math.floor((done / total) * 100)} %` : formatCount(done)
  return {
    what: number ? `${words} ${number}` : words,
    href: number ? `${LOTS}/${number}` : null,
    state: STATES[job.status],
    progress: job.status === 'waiting' && done === 0 ? '' : share,
    since: agoWords(job.endedAt ?? job.createdAt, now),
    problem: job.problem ?? '',
  }
}

function waitingReading(live: readonly Job[], now: Date): Reading {
  const waiting = live.filter(({ status }) => status === 'waiting')
  const running = live.filter(({ status }) => status === 'running').length
  const [first] = waiting
  const late = first !== undefined && now.getTime() - first.createdAt.getTime() > WAITING_LONG_MS
  const counts = `${running} en marcha, ${waiting.length} en espera`
  return {
    name: 'Trabajos en curso',
    tone: late ? 'mal' : 'ok',
    value: first ? `${counts}, el más antiguo ${agoWords(first.createdAt, now)}` : counts,
    advice: late ? 'Esperan demasiado: mira si hay un proceso que los haga.' : '',
  }
}

function failedReading(failed: readonly Job[]): Reading {
  const count = failed.length >= JOBS_MAX ? `${JOBS_MAX} o más` : String(failed.length)
  return {
    name: 'Trabajos que fallaron',
    tone: failed.length === 0 ? 'ok' : 'mal',
    value: count,
    advice: failed.length === 0 ? '' : 'Abre cada uno: desde su página se reanuda o se cancela.',
  }
}
