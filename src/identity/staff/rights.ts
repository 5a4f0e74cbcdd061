import type { Link } from '../../web/pages/brand.ts'
import type { StaffRole } from '../person.ts'
import { STAFF_ROLES } from '../person.ts'

/**
 * What staff may do, and who may: the one table. Every route of /interno asks for a right of it
 * (`requireRight`), and the navigation shows only what the role may open.
 */
const RIGHTS = {
  /** See the landing page. */
  'home.see': STAFF_ROLES,
  /** Keep one's own password, second factor and sessions. */
  'profile.keep': STAFF_ROLES,
  /** See staff, create, change, unlock, shut out. */
  'people.manage': ['administrator'],
  /** Read and export the audit chain. */
  'audit.read': ['auditor', 'administrator'],
} as const satisfies Record<string, readonly StaffRole[]>

export type Right = keyof typeof RIGHTS

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

const PAGES: readonly StaffPage[] = [
  {
    href: '/interno',
    text: 'Inicio',
    icon: 'panel',
    group: 'Portal interno',
    right: 'home.see',
    about: '',
  },
  {
    href: '/interno/usuarios',
    text: 'Usuarios y roles',
    icon: 'clientes',
    group: 'Administración',
    right: 'people.manage',
    about: 'Da acceso a las personas del banco, cambia su rol, desbloquéalas o quítales el acceso.',
  },
  {
    href: '/interno/auditoria',
    text: 'Auditoría',
    icon: 'escudo',
    group: 'Administración',
    right: 'audit.read',
    about: 'Mira quién hizo qué y cuándo, comprueba la cadena y descarga lo que necesites.',
  },
]

/** The pages that a role may open, in the order of the navigation. */
export function pagesOf(role: StaffRole): StaffPage[] {
  return PAGES.filter(({ right }) => mayDo(role, right))
}
