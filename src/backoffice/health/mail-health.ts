import type { Db } from '../../db/open.ts'
import { MAIL_FAILED } from '../../outbox/mail-figures.ts'
import { formatCount } from '../../values/count.ts'
import { dayOf } from '../../values/day.ts'
import { SILENT_MS } from '../../work/heartbeat.ts'
import type { WorkerState } from '../../work/worker-store.ts'
import { dayAndBefore } from '../panel/panel-figures.ts'
import { agoWords, lastWords } from '../panel/words.ts'
import type { Queue } from './health-store.ts'
import { COUNT_MAX, mailLane } from './health-store.ts'
import type { Reading } from './reading.ts'
import { toneBetween } from './reading.ts'

/** Seconds for which a mail may have been due: until somebody looks, and until something is wrong. */
const URGENT_LIMITS = [60, 300] as const
const BULK_LIMITS = [900, 3_600] as const

/** Whether mails leave: the server, as the workers find it, the two queues, and what did not arrive. */
export async function mailHealth(
  db: Db,
  workers: readonly WorkerState[],
  now: Date,
): Promise<Reading[]> {
  const urgent = await mailLane(db, true, now)
  const bulk = await mailLane(db, false, now)
  const { now: failed } = await dayAndBefore(db, MAIL_FAILED, dayOf(now), 1)
  return [
    serverReading(workers, now),
    laneReading('Correos urgentes', urgent, URGENT_LIMITS, now),
    laneReading('Correos de aviso', bulk, BULK_LIMITS, now),
    {
      name: 'Sin entregar hoy',
      tone: failed === 0 ? 'ok' : 'espera',
      value: formatCount(failed),
      advice:
        failed === 0
          ? ''
          : 'Su servidor los rechazó o dejaron de intentarse: pide a esos clientes otra dirección.',
    },
  ]
}

/** Whether it was heard of within the last minute. */
export function isAlive({ seenAt }: WorkerState, now: Date): boolean {
  return now.getTime() - seenAt.getTime() < SILENT_MS
}

function serverReading(workers: readonly WorkerState[], now: Date): Reading {
  const name = 'Servidor de correo'
  const alive = workers.filter((worker) => isAlive(worker, now))
  const down = alive.flatMap(({ mailDownSince }) => mailDownSince ?? [])
  const [first] = down.sort((a, b) => a.getTime() - b.getTime())
  if (alive.length === 0) {
    const advice = 'Ningún proceso los envía: inicia uno con ROLE=worker o con ROLE=all.'
    return { name, tone: 'mal', value: 'No se sabe', advice }
  }
  if (!first) return { name, tone: 'ok', value: 'Atiende', advice: '' }
  return {
    name,
    tone: 'mal',
    value: `No atiende desde ${agoWords(first, now)}`,
    advice: 'Revisa el servidor y SMTP_URL. Nada se perdió: los correos salen solos cuando vuelva.',
  }
}

function laneReading(
  name: string,
  { pending, dueSince }: Queue,
  limits: readonly [number, number],
  now: Date,
): Reading {
  const seconds = dueSince === null ? 0 : (now.getTime() - dueSince.getTime()) / 1_000
  const tone = toneBetween(seconds, limits)
  const count = pending >= COUNT_MAX ? `Más de ${formatCount(COUNT_MAX - 1)}` : formatCount(pending)
  const waiting = pending === 1 ? '1 en la cola' : `${count} en la cola`
  const value =
    dueSince === null ? waiting : `${waiting}, el más antiguo desde hace ${lastWords(seconds)}`
  const advice =
    tone === 'ok' ? '' : 'No salen a tiempo: mira el servidor de correo y los procesos.'
  return { name, tone, value, advice }
}
