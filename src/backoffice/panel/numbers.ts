import type { Db } from '../../db/open.ts'
import { MAIL_FAILED } from '../../outbox/mail-figures.ts'
import { LOADED } from '../../receipts/kept/receipt-figures.ts'
import { formatCount } from '../../values/count.ts'
import { dayOf, formatLongDay } from '../../values/day.ts'
import { COUNT_MAX } from './attention-store.ts'
import { authorizedOf, dayAndBefore } from './panel-figures.ts'
import type { Stretch } from './period.ts'
import { formatShare } from './share.ts'
import { agoWords } from './words.ts'

/** One of the four numbers at the top, with the sentence that says whether it is much. */
export interface PanelNumber {
  readonly name: string
  readonly value: string
  readonly sentence: string
  readonly tone: 'ok' | 'espera' | 'mal' | ''
}

interface Needs {
  stretch: Stretch
  now: Date
  pending: { all: number; old: number; oldest: Date | null }
}

export async function panelNumbers(
  db: Db,
  { stretch, now, pending }: Needs,
): Promise<PanelNumber[]> {
  const today = dayOf(now)
  const loaded = await dayAndBefore(db, LOADED, today, 7)
  const failed = await dayAndBefore(db, MAIL_FAILED, today, 1)
  const weekday = formatLongDay(today).split(',')[0] ?? ''
  return [
    {
      name: 'Cargados hoy',
      value: formatCount(loaded.now),
      sentence: comparedShare(loaded, `el ${weekday} pasado`),
      tone: loaded.now > loaded.before ? 'ok' : '',
    },
    await authorizedNumber(db, stretch),
    pendingNumber(pending, now),
    {
      name: 'Correos sin entregar hoy',
      value: formatCount(failed.now),
      sentence: compared(failed, 'ayer'),
      tone: failed.now === 0 ? 'ok' : failed.now > failed.before ? 'mal' : 'espera',
    },
  ]
}

/** A tenth of a percent of ten thousand receipts is ten of them: enough for somebody to look. */
const AUTHORIZED_ENOUGH = 0.985

async function authorizedNumber(db: Db, { days, before }: Stretch): Promise<PanelNumber> {
  const [here, then] = [await authorizedOf(db, days), await authorizedOf(db, before)]
  const name = 'Autorizados por el SRI'
  if (here.all === 0) {
    return { name, value: '–', sentence: 'Sin comprobantes en el período', tone: '' }
  }
  const rest = here.all - here.authorized
  const left =
    rest === 0 ? 'Todos los del período' : `Faltan ${formatCount(rest)} de ${formatCount(here.all)}`
  return {
    name,
    value: formatShare(here.authorized, here.all),
    sentence:
      then.all === 0 ? left : `El período anterior, ${formatShare(then.authorized, then.all)}`,
    tone: here.authorized >= here.all * AUTHORIZED_ENOUGH ? 'ok' : 'espera',
  }
}

function pendingNumber({ all, old, oldest }: Needs['pending'], now: Date): PanelNumber {
  return {
    name: 'Esperan al SRI',
    value: countedUpTo(all),
    sentence: oldest === null ? 'Ninguno espera' : `El más antiguo, ${agoWords(oldest, now)}`,
    tone: all === 0 ? 'ok' : old > 0 ? 'mal' : 'espera',
  }
}

/** Of what was counted no further than that. */
export function countedUpTo(count: number): string {
  return count >= COUNT_MAX ? `más de ${formatCount(COUNT_MAX - 1)}` : formatCount(count)
}

function compared({ now, before }: { now: number; before: number }, then: string): string {
  if (now === before) return `Igual que ${then}`
  const difference = formatCount(Math.abs(now - before))
  return `${difference} ${now > before ? 'más' : 'menos'} que ${then}`
}

function comparedShare(figures: { now: number; before: number }, then: string): string {
  const { now, before } = figures
  if (before === 0) return now === 0 ? `Tampoco hubo ${then}` : `No hubo ${then}`
  if (now >= before * 2) return `${formatCount(now / before)} veces lo d${then}`
  const percent = Math.round((Math.abs(now - before) / before) * 100)
  if (percent === 0 || now === 0) return compared(figures, then)
  return `${formatCount(percent)} % ${now > before ? 'más' : 'menos'} que ${then}`
}
