import type { Job } from '../../../../work/job.ts'
import type { Lot } from '../../lot.ts'
import { documentsIn, faulty } from '../../lot-summary.ts'
import { isFutile } from '../messages.ts'

/** What to know of a lot at this moment, and what to do about it. */
export interface AdviceOnScreen {
  kind: 'nota' | 'espera'
  title: string
  /** Empty for who only looks. */
  text: string
}

const DISCARD = 'Este puedes descartarlo.'

/** Null when the lot's figures and buttons say it all. */
export function adviceOn(lot: Lot, job: Job | null, loads: boolean): AdviceOnScreen | null {
  if (lot.status === 'reading') return readingAdvice(job)
  if (!isFutile(lot) || lot.summary === null) return null
  const [title, text] = futileWords(lot, documentsIn(lot.summary), faulty(lot.summary))
  return { kind: 'espera', title, text: loads ? text : '' }
}

function readingAdvice(job: Job | null): AdviceOnScreen | null {
  const goesOn = job?.wish === null && (job.status === 'waiting' || job.status === 'running')
  if (!goesOn || job.problem !== null) return null
  return {
    kind: 'nota',
    title: 'Recibimos los archivos y los estamos leyendo.',
    text: 'Puedes cerrar esta página: la lectura sigue sola.',
  }
}

function futileWords({ kind }: Lot, documents: number, faults: number): [string, string] {
  if (documents === 0) {
    return [
      'Los archivos no traen ningún comprobante.',
      `Revisa cuáles elegiste y cárgalos en otro lote. ${DISCARD}`,
    ]
  }
  if (faults === 0) {
    return ['Todo lo que trae ya estaba en el portal.', `No falta publicar nada. ${DISCARD}`]
  }
  if (kind === 'rows') {
    return [
      'Ningún comprobante nuevo está bien todavía.',
      'Corrige las filas aquí, o descarga los errores, corrígelos y súbelos.',
    ]
  }
  return [
    'Ningún documento nuevo se puede publicar.',
    `Mira abajo qué pasa con cada uno, corrige los archivos y cárgalos en otro lote. ${DISCARD}`,
  ]
}
