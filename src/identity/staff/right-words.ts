import { STAFF_ROLES } from '../person.ts'
import type { Right } from './rights.ts'
import { mayDo } from './rights.ts'
import { roleWords } from './role-words.ts'

/** Each right in words, under the area of the portal that it is about. */
const WORDS: Readonly<Record<Right, readonly [area: string, text: string]>> = {
  'home.see': ['Panel y perfil', 'Ver el panel, con las cifras del banco y lo que espera'],
  'profile.keep': ['Panel y perfil', 'Cuidar su contraseña, su segundo factor y sus sesiones'],
  'lots.see': ['Lotes', 'Ver los lotes y qué pasó con cada documento'],
  'lots.load': ['Lotes', 'Cargar lotes, corregirlos, pausarlos, descartarlos y emitirlos'],
  'receipts.see': ['Comprobantes', 'Ver cualquier comprobante, su historia y sus archivos'],
  'receipts.annul': ['Comprobantes', 'Anotar que se pidió anular un comprobante'],
  'receipts.credit': ['Comprobantes', 'Devolver una factura con una nota de crédito'],
  'issuances.see': ['Envíos al SRI', 'Ver lo que va al SRI, su historia y sus archivos'],
  'issuances.correct': [
    'Envíos al SRI',
    'Corregir lo que el SRI devolvió, enviarlo otra vez y decidir sobre números perdidos',
  ],
  'mails.see': ['Correos y entregas', 'Ver los correos y hasta dónde llegó cada comprobante'],
  'customers.see': ['Clientes y contadores', 'Buscar clientes y ver lo que el banco sabe de ellos'],
  'customers.help': [
    'Clientes y contadores',
    'Abrir su primer ingreso, reenviar su acceso, desbloquearlos y cargarlos desde un archivo',
  ],
  'customers.view': ['Clientes y contadores', 'Ver el portal como lo ve un cliente, con un motivo'],
  'firms.manage': ['Clientes y contadores', 'Registrar firmas de contadores y quién las dirige'],
  'approvals.see': ['Aprobaciones', 'Ver lo que espera a otra persona y lo que se decidió'],
  'approvals.propose': ['Aprobaciones', 'Proponer lo que necesita dos personas, y retirarlo'],
  'approvals.decide': ['Aprobaciones', 'Decidir sobre lo que propuso otra persona'],
  'issuer.see': ['Emisor y firma', 'Ver quién emite, dónde y qué números siguen'],
  'issuer.manage': ['Emisor y firma', 'Proponer cambios del emisor y cuidar sus puntos de emisión'],
  'signing.see': ['Emisor y firma', 'Ver los certificados con los que se firma'],
  'signing.manage': ['Emisor y firma', 'Subir otro certificado de firma'],
  'parameters.see': ['Parámetros', 'Ver las reglas del banco y cómo cambiaron'],
  'parameters.propose': ['Parámetros', 'Proponer cambios de esas reglas'],
  'people.manage': ['Accesos', 'Dar acceso a personas del banco, cambiarlo y quitarlo'],
  'api-keys.manage': ['Accesos', 'Crear y anular las claves de los programas'],
  'audit.read': ['Control', 'Leer, comprobar y descargar la auditoría'],
  'health.see': ['Control', 'Ver colas, trabajos, discos y certificados'],
}

/** Who may do something, by the names of their roles. */
export interface RightOnScreen {
  readonly text: string
  /** For each role in the order of `STAFF_ROLES`, whether it may. */
  readonly may: readonly boolean[]
  /** The same as a list of names. */
  readonly who: string
}

/** Who may do what, area by area. */
export function rightsOnScreen(): { area: string; rights: RightOnScreen[] }[] {
  const rights = Object.entries(WORDS) as [Right, readonly [string, string]][]
  const areas = Map.groupBy(rights, ([, [area]]) => area)
  return [...areas].map(([area, inArea]) => ({
    area,
    rights: inArea.map(([right, [, text]]) => {
      return { text, may: STAFF_ROLES.map((role) => mayDo(role, right)), who: whoMay(right) }
    }),
  }))
}

/** «Carga y Administración», or that everybody may. */
export function whoMay(right: Right): string {
  const roles = STAFF_ROLES.filter((role) => mayDo(role, right))
  if (roles.length === STAFF_ROLES.length) return 'Todos los roles'
  return new Intl.ListFormat('es').format(roles.map((role) => roleWords(role).name))
}
