import type { Words } from '../../web/errors/errors.ts'
import type { AskRefusal, FileRefusal } from '../packages/messages.ts'
import { askSentence, noPackageFile } from '../packages/messages.ts'

/** What a program of a firm is told when something cannot be. */
export const apiRefusals = {
  tooMany: (seconds: number): Partial<Words> => ({
    title: 'Demasiadas llamadas en un minuto',
    text: `Espera ${seconds} segundos y repite la última. En GET /api/v1/limites está cuántas puedes hacer.`,
  }),
  place: {
    title: 'Ese cursor no es de esta clave',
    text: 'Usa el último «siguiente» que recibiste con esta misma clave, o pide los eventos sin «desde».',
  },
  ahead: {
    title: 'Ese cursor está por delante de lo que hay',
    text: 'El portal volvió a una copia anterior. Pide de nuevo la lista de comprobantes y luego los eventos desde el principio.',
  },
  forgotten: {
    title: 'Ese cursor quedó demasiado atrás',
    text: 'Ya no guardamos los eventos que seguían. Pide de nuevo la lista de comprobantes y luego los eventos desde el «siguiente» que va en esta respuesta.',
  },
  search: (what: string): Words => ({
    title: 'No entendimos la búsqueda',
    text: what,
  }),
  cursor: {
    title: 'Ese cursor no sirve para esta búsqueda',
    text: 'Repite la búsqueda desde el principio y usa los «siguiente» que devuelva.',
  },
  receipt: {
    title: 'No hay ese comprobante',
    text: 'Ninguno de los clientes de esta clave tiene un comprobante con esa clave de acceso.',
  },
  package: {
    title: 'No hay esa descarga',
    text: 'Esta clave no pidió una descarga con ese número. En GET /api/v1/descargas están las suyas.',
  },
  packages: (refusal: AskRefusal): Words => ({
    title: 'No podemos preparar esa descarga',
    text: askSentence(refusal),
  }),
  packageOver: {
    title: 'Esa descarga ya terminó',
    text: 'No hay nada que cancelar: consulta su estado en GET /api/v1/descargas/{id}.',
  },
  part: {
    title: 'Esa descarga no tiene esa parte',
    text: 'Sus partes y la dirección de cada una están en GET /api/v1/descargas/{id}.',
  },
  noFile: {
    ...noPackageFile,
    making: {
      title: 'Todavía la estamos preparando',
      text: 'Pregunta en GET /api/v1/descargas/{id} y bájala cuando su estado sea «lista».',
    },
    stopped: {
      title: 'Esta descarga no se terminó',
      text: 'Pídela otra vez con POST /api/v1/descargas.',
    },
  } satisfies Record<FileRefusal, Words>,
  webhook: {
    title: 'No hay ese aviso',
    text: 'Esta clave no tiene un webhook con ese número.',
  },
  webhooks: (max: number): Words => ({
    title: 'No caben más webhooks',
    text: `Cada clave tiene ${max} como máximo. Elimina uno antes de crear otro.`,
  }),
  address: (text: string): Words => ({ title: 'No podemos llamar a esa dirección', text }),
  repeated: {
    title: 'Esa Idempotency-Key ya se usó para otra cosa',
    text: 'Repite exactamente la primera llamada para recibir su respuesta, o usa un valor nuevo.',
  },
} as const
