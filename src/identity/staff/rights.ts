import type { Link } from '../../web/pages/brand.ts'
import type { StaffRole } from '../person.ts'
import { STAFF_ROLES } from '../person.ts'

/**
 * What staff may do, and who may: the one table. Every route of /interno asks for a right of it
 * (`requireRight`), and the navigation shows only what the role may open.
 */
const RIGHTS = {
  /** See the panel: the bank's figures, and what waits for who looks. */
  'home.see': STAFF_ROLES,
  /** Keep one's own password, second factor and sessions. */
  'profile.keep': STAFF_ROLES,
  /** See staff, create, change, unlock, shut out. */
  'people.manage': ['administrator'],
  /** See, create and revoke the keys of programs that use the API. */
  'api-keys.manage': ['administrator'],
  /** See and replace the certificates with which receipts are signed. */
  'signing.manage': ['administrator'],
  /** Read and export the audit chain. */
  'audit.read': ['auditor', 'administrator'],
  /** See any receipt, its story and its files. */
  'receipts.see': STAFF_ROLES,
  /** Note that a receipt was asked to be annulled. */
  'receipts.annul': ['loader', 'administrator'],
  /** See queues, work, disks and certificates: who answers for them, and who loads and waits for them. */
  'health.see': ['loader', 'auditor', 'administrator'],
  /** See lots and what became of each of their documents. */
  'lots.see': STAFF_ROLES,
  /** Load lots, correct, pause and discard them, propose to publish or withdraw them. */
  'lots.load': ['loader'],
  /** See mails, what became of them and how far receipts have come. */
  'mails.see': STAFF_ROLES,
  /** See what waits for a second person, and what was decided. */
  'approvals.see': STAFF_ROLES,
  /** Propose what takes two people, and take it back. */
  'approvals.propose': ['loader', 'administrator'],
  /** Find customers and see what the bank knows of them. */
  'customers.see': STAFF_ROLES,
  /** Open their first login, send their access again, unlock them; load them from a file. */
  'customers.help': ['loader', 'administrator'],
  /** Make a firm known, with who leads it; what it may read only customers grant. */
  'firms.manage': ['administrator'],
  /** See the portal as a customer sees it. */
  'customers.view': ['approver', 'administrator'],
  /** See what the bank's people changed of its policy, and how it was before. */
  'parameters.see': ['approver', 'auditor', 'administrator'],
  /** Propose to change it. */
  'parameters.propose': ['administrator'],
  /** Decide on what others proposed, as far as `FOUR_EYES` lets this role. */
  'approvals.decide': ['approver', 'administrator'],
} as const satisfies Record<string, readonly StaffRole[]>

export type Right = keyof typeof RIGHTS

/** What takes two people: who may propose it, and who else may approve or refuse it. */
export const FOUR_EYES = {
  /** Another address in place of the one the bank holds of a customer. */
  'contact.change': { propose: 'approvals.propose', approve: 'approvals.decide' },
  /** The receipts of a lot go to their owners. */
  'lot.publish': { propose: 'lots.load', approve: 'approvals.decide' },
  /** They are taken out again. */
  'lot.withdraw': { propose: 'lots.load', approve: 'approvals.decide' },
  /** The same for all in a file of customers. */
  'contacts.change': { propose: 'customers.help', approve: 'approvals.decide' },
  /** The first login of all in a file who have never signed in. */
  'windows.open': { propose: 'customers.help', approve: 'approvals.decide' },
  /** Another value of a rule of the bank's policy. */
  'parameter.change': { propose: 'parameters.propose', approve: 'approvals.decide' },
  /** Two customers that are one person. */
  'parties.merge': { propose: 'approvals.propose', approve: 'approvals.decide' },
} as const satisfies Record<string, Readonly<Record<'propose' | 'approve', Right>>>

export type ApprovalKind = keyof typeof FOUR_EYES

export function mayDo(role: StaffRole, right: Right): boolean {
  const roles: readonly StaffRole[] = RIGHTS[right]
  return roles.includes(role)
}

/** A page of the staff's area, as the navigation and the landing page list it. */
export interface StaffPage extends Link {
  readonly icon: string
  readonly group: string
  readonly right: Right
  /** What one does there; empty for the landing page itself. */
  readonly about: string
}

/** Where any receipt is found. */
export const RECEIPTS = '/interno/comprobantes'

/** Where lots are loaded and followed. */
export const LOTS = '/interno/lotes'

/** What was asked to be annulled. */
export const ANNULMENTS = '/interno/anulaciones'

/** What became of mails. */
export const MAILS = '/interno/correos'

/** How far receipts have come, day by day. */
export const DELIVERIES = '/interno/entregas'

/** Where customers are found and helped. */
export const CUSTOMERS = '/interno/clientes'

/** Whether everything runs as it should. */
export const HEALTH = '/interno/salud'

/** Where proposals wait for a second person. */
export const APPROVALS = '/interno/aprobaciones'

/** Where programs are given access to the API. */
export const API_KEYS = '/interno/claves'

/** With what receipts are signed. */
export const SIGNING = '/interno/firma'

/** Where the bank's policy is seen and changed. */
export const PARAMETERS_PAGE = '/interno/parametros'

const PAGES: readonly StaffPage[] = [
  {
    href: '/interno',
    text: 'Panel',
    icon: 'panel',
    group: 'Operación',
    right: 'home.see',
    about: '',
  },
  {
    href: LOTS,
    text: 'Lotes',
    icon: 'lotes',
    group: 'Operación',
    right: 'lots.see',
    about: 'Carga comprobantes, mira qué pasaría antes de publicarlos y síguelos hasta el final.',
  },
  {
    href: RECEIPTS,
    text: 'Comprobantes',
    icon: 'recibo',
    group: 'Operación',
    right: 'receipts.see',
    about: 'Busca cualquier comprobante por su clave o su número y mira su historia.',
  },
  {
    href: ANNULMENTS,
    text: 'Anulaciones',
    icon: 'cerrar',
    group: 'Operación',
    right: 'receipts.see',
    about: 'Mira qué comprobantes se pidió anular y qué dijo el SRI de cada uno.',
  },
  {
    href: MAILS,
    text: 'Correos',
    icon: 'correo',
    group: 'Operación',
    right: 'mails.see',
    about: 'Mira qué correos esperan, cuáles volvieron y por qué, y envíalos de nuevo.',
  },
  {
    href: DELIVERIES,
    text: 'Entregas',
    icon: 'tabla',
    group: 'Operación',
    right: 'mails.see',
    about: 'Mira hasta dónde llegó cada comprobante: enviado, entregado, abierto, descargado.',
  },
  {
    href: CUSTOMERS,
    text: 'Clientes',
    icon: 'clientes',
    group: 'Operación',
    right: 'customers.see',
    about: 'Busca a un cliente, mira cómo va su acceso y ayúdale a entrar.',
  },
  {
    href: '/interno/contadores',
    text: 'Contadores',
    icon: 'carpeta',
    group: 'Operación',
    right: 'customers.see',
    about: 'Mira qué firmas de contadores hay, su gente y qué clientes les dieron acceso.',
  },
  {
    href: APPROVALS,
    text: 'Aprobaciones',
    icon: 'listo',
    group: 'Operación',
    right: 'approvals.see',
    about: 'Decide sobre lo que otra persona propuso, o mira cómo va lo tuyo.',
  },
  {
    href: '/interno/usuarios',
    text: 'Usuarios y roles',
    icon: 'usuario',
    group: 'Administración',
    right: 'people.manage',
    about: 'Da acceso a las personas del banco, cambia su rol, desbloquéalas o quítales el acceso.',
  },
  {
    href: API_KEYS,
    text: 'Claves de programas',
    icon: 'llave',
    group: 'Administración',
    right: 'api-keys.manage',
    about:
      'Da a los sistemas del banco acceso a la API, con lo justo, y quítaselo cuando haga falta.',
  },
  {
    href: SIGNING,
    text: 'Firma electrónica',
    icon: 'candado',
    group: 'Administración',
    right: 'signing.manage',
    about: 'Mira hasta cuándo sirve el certificado con que se firma, y sube el que lo reemplaza.',
  },
  {
    href: PARAMETERS_PAGE,
    text: 'Parámetros',
    icon: 'ajustes',
    group: 'Administración',
    right: 'parameters.see',
    about: 'Mira la marca, los textos y las reglas del portal, y cómo cambiaron.',
  },
  {
    href: '/interno/auditoria',
    text: 'Auditoría',
    icon: 'escudo',
    group: 'Administración',
    right: 'audit.read',
    about: 'Mira quién hizo qué y cuándo, comprueba la cadena y descarga lo que necesites.',
  },
  {
    href: HEALTH,
    text: 'Salud',
    icon: 'pulso',
    group: 'Administración',
    right: 'health.see',
    about: 'Mira si salen los correos, cómo van los trabajos y qué está por llenarse o vencer.',
  },
]

/** The pages that a role may open, in the order of the navigation. */
export function pagesOf(role: StaffRole): StaffPage[] {
  return PAGES.filter(({ right }) => mayDo(role, right))
}
