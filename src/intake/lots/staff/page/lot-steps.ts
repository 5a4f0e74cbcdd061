import { formatDateTime } from '../../../../values/day.ts'
import type { Lot } from '../../lot.ts'
import { isFutile } from '../messages.ts'

/** A step on the way of a lot. */
export interface StepOnScreen {
  /** What has been done, or waits to be: «Aprobado», «Por aprobar». */
  text: string
  state: 'done' | 'current' | ''
  /** Who did it and when; may be empty. */
  detail: string
}

/** What the steps tell besides the lot itself. */
interface Told {
  /** By whom its publication is proposed, while that waits for somebody else. */
  proposedBy: string | null
  approvedBy: string
}

/** How many of received, read, approved and published are behind a lot. */
const BEHIND: Record<Lot['status'], number> = {
  reading: 1,
  ready: 2,
  publishing: 3,
  stopped: 3,
  published: 4,
  withdrawing: 4,
  withdrawn: 4,
  discarded: 2,
}

/** The way of a lot, and where it stands: nothing is said to be done that was not. */
export function stepsOf(lot: Lot, told: Told): StepOnScreen[] {
  const behind = BEHIND[lot.status]
  const received = { done: 'Recibido', open: 'Recibido', detail: formatDateTime(lot.loadedAt) }
  const read = { done: 'Leído', open: 'Leyendo', detail: '' }
  // What the command line loads is published as it is read: nobody is asked.
  const steps = lot.loadedBy === null ? [] : [approvalOf(lot, told, behind)]
  const all = [received, read, ...steps, publicationOf(lot)]
  const gone = behind > 2 ? all.length - 4 + behind : behind
  return [
    ...all.map(({ done, open, detail }, at) => {
      const over = at < gone
      const state = over ? 'done' : at === gone && lot.status !== 'discarded' ? 'current' : ''
      return { text: over ? done : open, state, detail } as const
    }),
    ...endOf(lot),
  ]
}

function approvalOf(lot: Lot, { proposedBy, approvedBy }: Told, behind: number) {
  const done = 'Aprobado'
  if (behind > 2 && lot.publishedAt !== null) {
    return { done, open: '', detail: `${approvedBy}, ${formatDateTime(lot.publishedAt)}` }
  }
  if (proposedBy !== null) {
    return { done, open: 'Espera aprobación', detail: `La pidió ${proposedBy}` }
  }
  const asks = lot.status === 'ready' && !isFutile(lot)
  const detail = asks ? 'Falta pedir la aprobación' : ''
  const open = isFutile(lot)
    ? 'Nada que aprobar'
    : lot.status === 'discarded'
      ? 'Sin aprobar'
      : 'Por aprobar'
  return { done, open, detail }
}

function publicationOf(lot: Lot) {
  const { status, kind } = lot
  const never = status === 'discarded' || isFutile(lot)
  return {
    done: 'Publicado',
    open: never ? 'Sin publicar' : (UNDER_WAY.get(status) ?? 'Por publicar'),
    detail: kind === 'rows' && status === 'published' ? issuingDetail(lot) : '',
  }
}

function issuingDetail({ summary }: Lot): string {
  const { 'to-issue': waiting = 0, issuing = 0, loaded = 0 } = summary?.outcomes ?? {}
  if (waiting > 0 || issuing + loaded === 0) return 'Por emitir'
  return issuing > 0 ? 'En emisión' : 'Emitido'
}

const UNDER_WAY = new Map<Lot['status'], string>([
  ['publishing', 'Publicando'],
  ['stopped', 'Detenido'],
])

/** What comes after the way of most. */
function endOf({ status, endedAt }: Lot): StepOnScreen[] {
  const detail = endedAt === null ? '' : formatDateTime(endedAt)
  if (status === 'withdrawing') return [{ text: 'Retirando', state: 'current', detail: '' }]
  if (status === 'withdrawn') return [{ text: 'Retirado', state: 'done', detail }]
  if (status === 'discarded') return [{ text: 'Descartado', state: 'current', detail }]
  return []
}
