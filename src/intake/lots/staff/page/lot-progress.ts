import { formatCount } from '../../../../values/count.ts'
import type { Job } from '../../../../work/job.ts'
import { isLive, paceOf } from '../../../../work/job.ts'
import type { Lot } from '../../lot.ts'
import { ISSUE_LOT } from '../../rows/issue-lot.ts'

/** What is being done to a lot, and how far it is. */
export interface WorkOnScreen {
  title: string
  done: number
  /** Null while nobody knows how much there is. */
  total: number | null
  percent: number | null
  /** «Faltan cerca de 3 minutos, a 118 por minuto». */
  words: string
  problem: string | null
  live: boolean
  may: { pause: boolean; resume: boolean; cancel: boolean }
}

const TITLES = {
  reading: 'Leyendo el lote',
  publishing: 'Publicando',
  withdrawing: 'Retirando',
} as const

/** Null when the last work on the lot came to its end. */
export function workOnScreen(lot: Lot, job: Job, now: Date, steers: boolean): WorkOnScreen | null {
  const live = isLive(job)
  if (!live && job.status !== 'failed') return null
  const { done, total, status, wish } = job
  return {
    title: titleOf(lot, job),
    done,
    total,
    percent: total === null || total === 0 ? null : Math.min(100, Math.floor((done / total) * 100)),
    words: wordsOf(job, now),
    problem: job.problem,
    live,
    may: {
      pause: steers && wish === null && (status === 'running' || status === 'waiting'),
      resume: steers && (status === 'paused' || status === 'failed' || wish === 'pause'),
      cancel: steers && wish !== 'cancel' && job.kind !== ISSUE_LOT,
    },
  }
}

function titleOf({ status }: Lot, { kind }: Job): string {
  if (kind === ISSUE_LOT) return 'Dando su número a cada comprobante'
  return TITLES[status as keyof typeof TITLES] ?? 'Trabajando'
}

function wordsOf(job: Job, now: Date): string {
  if (job.wish === 'pause') return 'Se detiene al terminar el paso en curso'
  if (job.wish === 'cancel') return 'Se cancela al terminar el paso en curso'
  if (job.status === 'paused') return 'En pausa'
  if (job.status === 'failed') return 'No pudo terminar'
  if (job.status === 'waiting') return job.problem ? 'Se intenta de nuevo enseguida' : 'En cola'
  const pace = paceOf(job, now)
  if (pace === null) return 'En marcha'
  const speed = `a ${formatCount(pace.perMinute)} por minuto`
  return pace.secondsLeft === null ? capital(speed) : `${leftWords(pace.secondsLeft)}, ${speed}`
}

function leftWords(seconds: number): string {
  if (seconds < 60) return 'Falta menos de un minuto'
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1
    ? 'Falta cerca de 1 minuto'
    : `Faltan cerca de ${formatCount(minutes)} minutos`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
