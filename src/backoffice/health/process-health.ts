import { formatDateTime } from '../../values/day.ts'
import { VERSION } from '../../work/version.ts'
import type { WorkerState } from '../../work/worker-store.ts'
import { agoWords, lastWords } from '../panel/words.ts'
import { isAlive } from './mail-health.ts'
import type { Reading } from './reading.ts'

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
    {
      name: 'Respaldo',
      tone: '',
      value: 'El portal no guarda cuándo se hizo el último',
      advice: 'Míralo en la tarea que ejecuta «npm run portal -- backup».',
    },
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
