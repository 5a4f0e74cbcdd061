import type { AuditAction, AuditFact, AuditTruth } from '../../audit/audit-action.ts'
import type { Role } from '../../identity/person.ts'
import { isStaffRole } from '../../identity/person.ts'
import { roleWords } from '../../identity/staff/role-words.ts'
import { PARAMETERS } from '../../policy/parameters/parameters.ts'
import { formatDay, parseDay } from '../../values/day.ts'

/** What each kind of deed in the chain is called on the screen. */
const ACTIONS: Readonly<Record<string, string>> = {
  'access.asked': 'Pidió ver los comprobantes de alguien',
  'access.granted': 'Dio acceso a una firma de contadores',
  'access.refused': 'Negó el acceso a una firma de contadores',
  'access.renewed': 'Renovó el acceso de una firma de contadores',
  'access.revoked': 'Quitó el acceso a una firma de contadores',
  'address.revived': 'Dijo que un correo muerto ya funciona',
  'alerts.changed': 'Cambió sus avisos por correo',
  'annulment.asked': 'Pidió anular un comprobante',
  'api-key.added': 'Creó una clave para un programa',
  'api-key.revoked': 'Anuló la clave de un programa',
  'approval.approved': 'Aprobó una propuesta',
  'approval.proposed': 'Propuso algo a otra persona',
  'approval.refused': 'Rechazó una propuesta',
  'approval.withdrawn': 'Retiró su propuesta',
  'audit.exported': 'Descargó la bitácora',
  'certificate.added': 'Subió un certificado de firma',
  'certificate.put-in-use': 'Aprobó un certificado de firma y lo puso en uso',
  'clients.passed': 'Pasó clientes a una persona de su firma',
  'contact.changed': 'Cambió el correo que el banco tiene de un cliente',
  'contacts.changed': 'Cambió los correos que el banco tiene de una carga',
  'credit-note.begun': 'Emitió una nota de crédito de una factura',
  'customer.access-sent': 'Reenvió su acceso a un cliente',
  'customer.added': 'Registró a un cliente',
  'customer.merged': 'Unió dos clientes',
  'customer.reopened': 'Abrió de nuevo el acceso de un cliente',
  'customer.seen': 'Miró los datos de un cliente',
  'customer.unlocked': 'Desbloqueó a un cliente',
  'customer.view-ended': 'Dejó de ver el portal como un cliente',
  'customer.view-started': 'Empezó a ver el portal como un cliente',
  'customer.window-opened': 'Abrió el primer ingreso de un cliente',
  'customers.loaded': 'Registró clientes de un archivo',
  'customers.windows-opened': 'Abrió los primeros ingresos de una carga',
  'database.backed-up': 'Hizo un respaldo',
  'database.restored': 'Restauró la base de datos',
  'deliveries.exported': 'Descargó quiénes se quedaron en un paso',
  'device.forgotten': 'Olvidó un equipo conocido',
  'email.changed': 'Cambió su correo',
  'establishment.changed': 'Cambió un establecimiento',
  'firm.added': 'Registró una firma de contadores',
  'first-login.completed': 'Terminó su primer ingreso',
  'first-login.started': 'Empezó su primer ingreso',
  'issuer.changed': 'Cambió los datos del emisor',
  'issuance.adopted': 'Aprobó tomar el documento que el SRI autorizó',
  'issuance.closed': 'Cerró un número que es de otro comprobante',
  'issuance.corrected': 'Corrigió un comprobante en camino al SRI',
  'issuance.reissued': 'Emitió con otro número un comprobante',
  'issuance.repeated': 'Pidió enviar otra vez un comprobante al SRI',
  'login.frozen': 'Cerró su acceso: «no fui yo»',
  'login.locked': 'Bloqueó el ingreso por intentos fallidos',
  'login.signed-in': 'Ingresó',
  'login.unlocked': 'Desbloqueó su ingreso',
  'lot.discarded': 'Descartó un lote',
  'lot.loaded': 'Cargó un lote',
  'lot.mended': 'Subió filas corregidas de un lote',
  'lot.paused': 'Pausó un lote',
  'lot.published': 'Aprobó la publicación de un lote',
  'lot.resumed': 'Hizo seguir un lote',
  'lot.row-mended': 'Corrigió una fila de un lote',
  'lot.stopped': 'Detuvo un lote',
  'lot.withdrawn': 'Aprobó el retiro de un lote',
  'mail.resent': 'Envió de nuevo un correo a un cliente',
  'outage.exported': 'Descargó el informe de una caída del SRI',
  'member.added': 'Dio acceso a una persona de una firma',
  'member.removed': 'Quitó el acceso a una persona de una firma',
  'parameter.changed': 'Aprobó un cambio de parámetro',
  'password.changed': 'Cambió su contraseña',
  'password.chosen': 'Eligió su contraseña',
  'point.changed': 'Cambió un punto de emisión',
  'receipt.annulled': 'Vio que el SRI anuló un comprobante',
  'receipt.seen': 'Miró un comprobante',
  'receipts.load-ended': 'Terminó una carga',
  'receipts.loaded': 'Cargó comprobantes',
  'receipts.withdrawn': 'Retiró comprobantes',
  'recovery.asked': 'Pidió recuperar su contraseña',
  'recovery.used': 'Usó su contraseña inicial',
  'second-factor.changed': 'Cambió su segundo factor',
  'second-factor.enrolled': 'Registró su segundo factor',
  'series.moved': 'Cambió el número que sigue de una serie',
  'session.all-ended': 'Cerró todas sus sesiones',
  'session.closed': 'Cerró una de sus sesiones',
  'session.ended': 'Cerró su sesión',
  'session.others-closed': 'Cerró sus otras sesiones',
  'staff.access-reset': 'Restableció el acceso de una persona',
  'staff.added': 'Dio acceso a una persona',
  'staff.disabled': 'Quitó el acceso a una persona',
  'staff.enabled': 'Devolvió el acceso a una persona',
  'staff.role-changed': 'Cambió el rol de una persona',
  'staff.unlocked': 'Desbloqueó a una persona',
  'webhook.added': 'Pidió avisos en una dirección',
  'webhook.removed': 'Quitó los avisos de una dirección',
} satisfies Record<AuditAction, string>

export const KNOWN_ACTIONS = Object.keys(ACTIONS)

export function actionWords(action: string): string {
  return wordsOf(ACTIONS, action) ?? action
}

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

const VALUES: Readonly<Record<string, string>> = {
  app: 'aplicación de códigos',
  codes: 'códigos de respaldo nuevos',
  'contact.change': 'cambiar el correo de un cliente',
  'contacts.change': 'cambiar los correos de una carga',
  'issuer.change': 'cambiar los datos del emisor',
  'series.move': 'cambiar el número que sigue de una serie',
  'issuance.adopt': 'tomar el documento que el SRI autorizó',
  'windows.open': 'abrir primeros ingresos',
  'parameter.change': 'cambiar un parámetro',
  'certificate.replace': 'cambiar el certificado de firma',
  'parties.merge': 'unir dos clientes',
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
  return fields.map(([name, value]) => fieldWords(name, value, nameOf)).join(', ')
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
  const action = wordsOf(ACTIONS, text)
  if (action) return `«${action}»`
  return wordsOf(VALUES, text) ?? wordsOf(ACTORS, text) ?? nameOf(text) ?? text
}

/** Part of what is looked up was typed by somebody, who may name what every object has. */
function wordsOf<Words>(table: Readonly<Record<string, Words>>, name: string): Words | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
