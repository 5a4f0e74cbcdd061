import type { Link } from '../../web/pages/brand.ts'
import type { StaffRole } from '../person.ts'
import type { Right } from './rights.ts'
import {
  ANNULMENTS,
  API_KEYS,
  APPROVALS,
  CUSTOMERS,
  DELIVERIES,
  HEALTH,
  ISSUANCES,
  ISSUERS,
  LOTS,
  MAILS,
  mayDo,
  PARAMETERS_PAGE,
  RECEIPTS,
  SIGNING,
} from './rights.ts'

/** A page of the staff's area, as the navigation and the landing page list it. */
export interface StaffPage extends Link {
  readonly icon: string
  readonly group: string
  readonly right: Right
  /** What one does there; empty for the landing page itself. */
  readonly about: string
}

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
    href: ISSUANCES,
    text: 'Envíos al SRI',
    icon: 'subir',
    group: 'Operación',
    right: 'issuances.see',
    about: 'Sigue cada comprobante en camino al SRI, mira qué contestó y corrige lo que devolvió.',
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
    right: 'signing.see',
    about: 'Mira hasta cuándo sirve el certificado con que se firma y cuál espera aprobación.',
  },
  {
    href: ISSUERS,
    text: 'Emisor y series',
    icon: 'carpeta',
    group: 'Administración',
    right: 'issuer.see',
    about: 'Mira quién emite, en qué puntos y qué número sigue, y propón cambiarlo.',
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
