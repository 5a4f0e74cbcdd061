import type { ItemOutcome, ItemReach, LotStatus } from '../../../db/tables/intake.ts'
import type { Lot } from '../lot.ts'
import { publishable } from '../lot-summary.ts'

export type ReceiveRefusal =
  | 'no-file'
  | 'empty'
  | 'wrong-type'
  | 'wrong-table'
  | 'one-file'
  | 'moved'
  | 'proposed'
  | 'too-large'
  | 'too-many'
  | 'cut'
  | 'disk-full'
  | 'signed-out'

const PROPOSED =
  'Una propuesta sobre este lote espera una decisión. Se corrige cuando se decida o cuando quien la hizo la retire.'

interface Limits {
  filesMax: number
  fileMegabytesMax: number
}

/** Why a lot was not taken, and what to do; nothing of it was kept. */
export const receiveRefusals: Record<ReceiveRefusal, (limits: Limits) => string> = {
  'no-file': () => 'Elige al menos un archivo, XML o ZIP.',
  empty: () => 'El archivo está vacío. Revisa cuál elegiste y súbelo otra vez.',
  'wrong-type': () =>
    'No es un XML ni un ZIP. Sube los comprobantes como te los entregó el SRI, solos o en un ZIP; si es una tabla hecha con una plantilla, elige de qué son sus filas.',
  'wrong-table': () =>
    'Es un XML, no una tabla. Sube un CSV o un libro de Excel (.xlsx) hecho con la plantilla.',
  'one-file': () => 'Un lote de filas se hace con un solo archivo. Sube cada uno por separado.',
  moved: () => 'El lote ya no está como lo veías. Mira cómo quedó y súbelo de nuevo si hace falta.',
  proposed: () => PROPOSED,
  'too-large': ({ fileMegabytesMax }) =>
    `Un archivo pasa de ${fileMegabytesMax} MB. Divídelo en varios y súbelos juntos.`,
  'too-many': ({ filesMax }) =>
    `Son más de ${filesMax} archivos. Ponlos en un ZIP o súbelos por partes.`,
  cut: () => 'La subida se cortó y no quedó nada a medias. Súbelo otra vez.',
  'disk-full': () =>
    'No queda espacio en el disco del portal y no se guardó nada. Avisa a quien lo administra.',
  'signed-out': () => 'Tu sesión terminó mientras subías el archivo. Ingresa y súbelo otra vez.',
}

export type LotRefusal =
  | 'moved'
  | 'proposed'
  | 'nothing-new'
  | 'opened'
  | 'open-already'
  | 'job-over'
  | 'no-issuer'

/** Why something was not done to a lot. */
export const lotRefusals: Record<LotRefusal, string> = {
  moved: 'El lote ya no está como lo veías. Mira cómo quedó y decide de nuevo.',
  proposed: PROPOSED,
  'nothing-new': 'El lote no trae nada nuevo.',
  opened: 'Alguien ya abrió comprobantes de este lote: no se puede retirar.',
  'open-already': 'Ya hay una propuesta igual que espera una decisión.',
  'job-over': 'Ese trabajo ya terminó.',
  'no-issuer': 'Falta el emisor: regístralo antes de emitir.',
}

interface StatusWords {
  text: string
  tone: 'ok' | 'espera' | 'mal' | 'nota' | ''
}

const statuses: Record<LotStatus, StatusWords> = {
  reading: { text: 'Leyendo', tone: 'espera' },
  ready: { text: 'Por publicar', tone: 'nota' },
  publishing: { text: 'Publicando', tone: 'espera' },
  stopped: { text: 'Detenido', tone: 'mal' },
  published: { text: 'Publicado', tone: 'ok' },
  withdrawing: { text: 'Retirando', tone: 'espera' },
  withdrawn: { text: 'Retirado', tone: '' },
  discarded: { text: 'Descartado', tone: '' },
}

const NOTHING_TO_PUBLISH: StatusWords = { text: 'Nada que publicar', tone: '' }
const NOTHING_TO_ISSUE: StatusWords = { text: 'Nada que emitir', tone: '' }

/** A lot of rows is approved, and then its receipts are issued: it is published when they all are. */
const rowStatuses: Partial<Record<LotStatus, StatusWords>> = {
  ready: { text: 'Por aprobar', tone: 'nota' },
  publishing: { text: 'Preparando', tone: 'espera' },
  published: { text: 'Emitido', tone: 'ok' },
}

/** How a lot stands, in a word or two. */
export function statusWords(lot: Pick<Lot, 'kind' | 'status' | 'summary'>): StatusWords {
  const rows = lot.kind === 'rows'
  if (isFutile(lot)) return rows ? NOTHING_TO_ISSUE : NOTHING_TO_PUBLISH
  const left = leftToIssue(lot)
  if (left) return { text: outcomeWords[left].text, tone: outcomeWords[left].tone }
  return (rows ? rowStatuses[lot.status] : undefined) ?? statuses[lot.status]
}

/** What an approved lot of rows waits for still; null when it is over, or another kind of lot. */
export function leftToIssue({
  kind,
  status,
  summary,
}: Pick<Lot, 'kind' | 'status' | 'summary'>): 'issuing' | 'to-issue' | null {
  if (kind !== 'rows' || status !== 'published') return null
  const { issuing = 0, 'to-issue': waiting = 0 } = summary?.outcomes ?? {}
  return issuing > 0 ? 'issuing' : waiting > 0 ? 'to-issue' : null
}

/** Whether a lot was read and holds nothing that could be published. */
export function isFutile({ status, summary }: Pick<Lot, 'status' | 'summary'>): boolean {
  return status === 'ready' && summary !== null && publishable(summary) === 0
}

/** How many documents of each outcome, in the order in which they are shown. */
export const outcomeWords: Record<ItemOutcome, { text: string; tone: StatusWords['tone'] }> = {
  new: { text: 'Nuevos', tone: 'ok' },
  awaited: { text: 'Respuestas del SRI que se esperaban', tone: 'ok' },
  'to-issue': { text: 'Por emitir', tone: 'nota' },
  issuing: { text: 'En emisión', tone: 'espera' },
  loaded: { text: 'Publicados', tone: 'ok' },
  authorized: { text: 'Autorizados ahora', tone: 'ok' },
  withdrawn: { text: 'Retirados', tone: '' },
  duplicated: { text: 'Ya estaban, idénticos', tone: '' },
  repeated: { text: 'Repetidos en el lote', tone: 'espera' },
  clashing: { text: 'Misma clave, otro contenido', tone: 'mal' },
  refused: { text: 'Con error', tone: 'mal' },
}

const ROW_OUTCOMES: Partial<Record<ItemOutcome, string>> = {
  repeated: 'Repetidos en otro lote',
  loaded: 'Autorizados por el SRI',
}

/** What an outcome is called in a lot of this kind. */
export function outcomeText(outcome: ItemOutcome, kind: Lot['kind']): string {
  const words = kind === 'rows' ? ROW_OUTCOMES[outcome] : undefined
  return words ?? outcomeWords[outcome].text
}

export const reachWords: Record<ItemReach, { text: string; help: string }> = {
  mail: { text: 'Reciben un correo', help: 'enseguida, con el PDF y el XML' },
  daily: { text: 'Lo verán en su resumen del día', help: 'así lo prefieren' },
  off: { text: 'No quieren avisos', help: 'lo ven en el portal' },
  dead: { text: 'Correo muerto', help: 'no existe; nada se envía hasta que registre otro' },
  unregistered: { text: 'Aún sin acceso', help: 'el banco tiene su correo; nada se envía todavía' },
  'no-address': { text: 'Sin correo', help: 'nadie tiene una dirección suya' },
  unauthorized: {
    text: 'Sin autorización del SRI',
    help: 'lo ven en el portal; se avisa cuando se carguen autorizados',
  },
  nobody: { text: 'Consumidor final', help: 'sin dueño' },
}
