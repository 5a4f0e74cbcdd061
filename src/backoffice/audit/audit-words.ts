import type { AuditFact, AuditTruth } from '../../audit/audit-action.ts'
import type { Role } from '../../identity/person.ts'
import { isStaffRole } from '../../identity/person.ts'
import type { ApprovalKind } from '../../identity/staff/rights.ts'
import { roleWords } from '../../identity/staff/role-words.ts'
import { PARAMETERS } from '../../policy/parameters/parameters.ts'
import { formatDay, parseDay } from '../../values/day.ts'
import { knownActionWords } from './action-words.ts'

/** Actors that are nobody's login. */
const ACTORS: Readonly<Record<string, string>> = {
  system: 'El portal',
  'command-line': 'Línea de órdenes',
  anonymous: 'Alguien sin ingresar',
  'unlock link': 'Enlace de un correo para desbloquear',
  'freeze link': 'Enlace de un correo «no fui yo»',
}

export const KNOWN_ACTORS = Object.keys(ACTORS)

export function actorWords(actor: string): string {
  return (
    wordsOf(ACTORS, actor) ?? actor.replace(/^party:/, 'Cliente ').replace(/^api-key:/, 'Clave ')
  )
}

/** What a deed is about when that is no person: nothing that its own words do not say. */
const THINGS = new Set(['audit', 'database', 'mails', 'receipts'])

export function subjectWords(subject: string): string {
  if (THINGS.has(subject)) return ''
  const parameter = PARAMETERS.get(subject.replace(/^parameter:/, ''))
  const words = actorWords(subject)
    .replace(/^webhook:/, 'Avisos ')
    .replace(/^certificate:/, 'Certificado ')
    .replace(/^issuer:/, 'Emisor ')
    .replace(/^issuance:/, 'Envío ')
    .replace(/^firm:/, 'Firma de contadores ')
    .replace(/^lot:/, 'Lote ')
    .replace(/^outage:/, 'Caída ')
    .replace(/^receipt:/, 'Comprobante ')
    .replace(/^series:[^:]*:[^:]*:([^:]*):/, 'Serie de $1 ')
    .replace(/^customers:/, 'Carga de clientes ')
  return parameter?.label ?? words
}

const FIELDS: Readonly<Record<string, string>> = {
  after: 'SHA-256 después',
  alerts: 'avisos',
  approval: 'propuesta',
  authorized: 'autorizados ahora',
  before: 'SHA-256 antes',
  cause: 'causa',
  clashing: 'con otros bytes',
  clients: 'clientes',
  device: 'equipo',
  duplicated: 'ya estaban',
  edition: 'edición',
  factor: 'con',
  fields: 'campos',
  files: 'archivos',
  firm: 'firma',
  from: 'era',
  key: 'clave',
  grant: 'acceso',
  kind: 'para',
  loaded: 'cargados',
  madeAt: 'copia del',
  ofAction: 'solo',
  ofActor: 'de',
  merged: 'el otro era el cliente',
  paths: 'archivos',
  proposedBy: 'propuesto por el acceso',
  reason: 'motivo',
  rejected: 'rechazados',
  role: 'rol',
  row: 'documento',
  rows: 'filas',
  sessions: 'sesiones cerradas',
  sessionsEnded: 'sesiones cerradas',
  sha256: 'SHA-256',
  since: 'desde el',
  source: 'desde',
  step: 'paso',
  to: 'ahora',
  until: 'hasta el',
  view: 'vista',
  warnings: 'advertencias',
  withdrawn: 'retirados',
} satisfies Record<AuditFact, string>

/** What became of so many receipts. */
const COUNTS: ReadonlySet<string> = new Set<AuditFact>([
  'authorized',
  'clashing',
  'duplicated',
  'loaded',
  'rejected',
  'warnings',
  'withdrawn',
])

/** What is a yes or a no, in words for both. */
const TRUTHS: Readonly<Record<string, readonly [yes: string, no: string]>> = {
  contactOnFile: ['el banco tenía su correo', 'el banco no tenía su correo'],
  email: ['con correo', 'sin correo'],
  knownDevice: ['en un equipo conocido', 'en equipos desconocidos'],
  mailed: ['contraseña enviada por correo', 'contraseña mostrada en la terminal'],
  newDevice: ['equipo nuevo', 'equipo conocido'],
  own: ['la que usaba', 'otra'],
  sent: ['código enviado', 'sin código'],
} satisfies Record<AuditTruth, readonly [yes: string, no: string]>

/** What somebody proposes. */
const PROPOSALS: Readonly<Record<ApprovalKind, string>> = {
  'certificate.replace': 'cambiar el certificado de firma',
  'contact.change': 'cambiar el correo de un cliente',
  'contacts.change': 'cambiar los correos de una carga',
  'issuance.adopt': 'tomar el documento que el SRI autorizó',
  'issuer.change': 'cambiar los datos del emisor',
  'lot.publish': 'publicarlo',
  'lot.withdraw': 'retirarlo',
  'parameter.change': 'cambiar un parámetro',
  'parties.merge': 'unir dos clientes',
  'series.move': 'cambiar el número que sigue de una serie',
  'windows.open': 'abrir primeros ingresos',
}

const VALUES: Readonly<Record<string, string>> = {
  ...PROPOSALS,
  app: 'aplicación de códigos',
  codes: 'códigos de respaldo nuevos',
  daily: 'un resumen al día',
  each: 'uno por comprobante',
  lock: 'bloqueo',
  off: 'ninguno',
  passkey: 'llave de acceso',
  'passkey-added': 'llave agregada',
  'passkey-removed': 'llave quitada',
  'recovery-code': 'código de respaldo',
  'wrong codes': 'códigos que no coincidían',
}

/** What to call somebody who is told by the id of their login. */
type NameOf = (text: string) => string | undefined

/** «era Carga, ahora Auditoría»: the circumstances of an entry, as a person reads them. */
export function detailWords(detail: string, nameOf: NameOf): string {
  const fields = Object.entries(JSON.parse(detail) as Record<string, unknown>)
  // Of several counts, what there was none of is not worth a word.
  const some = fields.filter(([name, value]) => value !== 0 || !COUNTS.has(name))
  return (some.length > 0 ? some : fields)
    .map(([name, value]) => fieldWords(name, value, nameOf))
    .join(', ')
}

function fieldWords(name: string, value: unknown, nameOf: NameOf): string {
  const [yes = name, no = `no ${name}`] = wordsOf(TRUTHS, name) ?? []
  if (typeof value === 'boolean') return value ? yes : no
  return `${wordsOf(FIELDS, name) ?? name} ${valueWords(String(value), nameOf)}`
}

function valueWords(text: string, nameOf: NameOf): string {
  if (isStaffRole(text as Role)) return roleWords(text as Parameters<typeof roleWords>[0]).name
  const day = parseDay(text)
  if (day) return formatDay(day)
  const action = knownActionWords(text)
  if (action) return `«${action}»`
  return wordsOf(VALUES, text) ?? wordsOf(ACTORS, text) ?? nameOf(text) ?? text
}

/** Part of what is looked up was typed by somebody, who may name what every object has. */
function wordsOf<Words>(table: Readonly<Record<string, Words>>, name: string): Words | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
