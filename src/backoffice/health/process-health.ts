import { entriesAbout } from '../../audit/audit-entry-store.ts'
import type { Db } from '../../db/open.ts'
import { dayOf, daysBetween, formatDateTime } from '../../values/day.ts'
import { VERSION } from '../../work/version.ts'
import type { WorkerState } from '../../work/worker-store.ts'
import { agoWords, lastWords } from '../panel/words.ts'
import { isAlive } from './mail-health.ts'
import type { Reading } from './reading.ts'

const BACKUP_DAYS = 2

/** How old the last backup is, as far as the command that makes them noted it. */
export async function backupHealth(db: Db, now: Date): Promise<Reading> {
  const name = 'Respaldo'
  const [last] = await entriesAbout(db, 'database', 'database.restored', 1)
  if (!last) {
    const advice = 'Hazlo con «npm run portal -- backup»; si lo haces de otro modo, míralo ahí.'
    return { name, tone: '', value: 'Aquí no consta ninguno', advice }
  }
  const late = daysBetween(dayOf(last.at), dayOf(now)) > BACKUP_DAYS
  return {
    name,
    tone: late ? 'espera' : 'ok',
    value: `El último, ${agoWords(last.at, now)}`,
    advice: late ? 'Mira por qué no corrió la tarea que ejecuta «npm run portal -- backup».' : '',
  }
}

/** The process that answers, and those that do the work; a row each. */
export function processHealth(workers: readonly WorkerState[], now: Date): Reading[] {
  const page: Reading = {
    name: 'Esta página',
    tone: 'ok',
    value: `Versión ${VERSION}, encendida hace ${lastWords(process.uptime())}, Node ${process.versions.node}`,
    advice: '',
  }
  const several = workers.length > 1
  return [
    page,
    ...(workers.length === 0 ? [nobody] : []),
    ...workers.map((worker, at) => workerReading(worker, several ? ` ${at + 1}` : '', now)),
  ]
}

const nobody: Reading = {
  name: 'Proceso de trabajo',
  tone: 'mal',
  value: 'Ninguno',
  advice: 'No se leen lotes ni salen correos: inicia uno con ROLE=worker o con ROLE=all.',
}

function workerReading(worker: WorkerState, place: string, now: Date): Reading {
  const { host, version, startedAt, seenAt } = worker
  const alive = isAlive(worker, now)
  const same = version === VERSION
  return {
    name: `Proceso de trabajo${place}`,
    tone: !alive ? 'mal' : same ? 'ok' : 'espera',
    value: `Versión ${version}, en ${host}, desde el ${formatDateTime(startedAt)}; dio señales ${agoWords(seenAt, now)}`,
    advice: !alive
      ? 'Se apagó sin avisar. Lo que hacía lo retoma otro; si no hay otro, inícialo.'
      : same
        ? ''
        : 'Es de otra versión que esta página: actualízalo.',
  }
}
