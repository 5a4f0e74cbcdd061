import { initialsOf, readableName } from '../values/person-name.ts'
import type { Visitor } from '../web/pages/brand.ts'
import type { Theme } from '../web/pages/theme.ts'

/** People of the bank, who sign in at a door of their own. */
export const STAFF_ROLES = ['loader', 'approver', 'auditor', 'administrator'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

/** Who sign in at the door for everybody else. */
export const PUBLIC_ROLES = ['customer', 'accountant'] as const

/** What somebody may be here; only a customer has receipts of their own. */
export type Role = (typeof PUBLIC_ROLES)[number] | StaffRole

export function isStaffRole(role: Role): role is StaffRole {
  return STAFF_ROLES.some((one) => one === role)
}

/** Who is signed in, as every guarded route sees it. */
export interface Person {
  readonly loginId: number
  /** Whose receipts these are; staff have none. */
  readonly partyId: number | null
  readonly displayName: string
  readonly role: Role
  readonly sessionId: string
  /** The browser the session lives in, so that its failures count apart. */
  readonly deviceId: number | null
  readonly theme: Theme
  readonly shortcuts: boolean
  /** The registered address, masked, when no mail reaches it. */
  readonly unreachable?: string
  /** Set when this is somebody of the bank who looks at a customer's portal, and changes nothing. */
  readonly viewing?: Viewing
}

/** A look of the bank's at a customer's portal. */
interface Viewing {
  readonly viewId: number
  /** The customer's own; null for who has never signed in. */
  readonly loginId: number | null
}

/** The login whose portal is shown, whoever looks at it; 0 for that of nobody. */
export function portalLoginOf({ loginId, viewing }: Person): number {
  return viewing ? (viewing.loginId ?? 0) : loginId
}

/** Somebody of the bank. */
export type Staff = Person & { readonly role: StaffRole }

/** Somebody who has receipts. */
export type Customer = Person & { readonly partyId: number }

/** Where somebody lands who signed in for no page in particular. */
export const LANDING = '/comprobantes'

/** The door of bank staff, and where they land. */
export const STAFF_SIGN_IN = '/interno/ingresar'
export const STAFF_LANDING = '/interno'

const RECEIPTS = { href: LANDING, text: 'Comprobantes', icon: 'recibo' } as const
const PACKAGES = { href: '/descargas', text: 'Descargas', icon: 'descargar' } as const

const NAVIGATION = [RECEIPTS, PACKAGES] as const

/** Where an accountant's clients are. */
const CLIENTS = '/empresas'

const ACCOUNTANT_NAVIGATION = [
  RECEIPTS,
  { href: '/consultas', text: 'Por lote', icon: 'lotes' },
  { href: CLIENTS, text: 'Empresas', icon: 'clientes' },
  PACKAGES,
] as const

const MENU = [
  { href: '/perfil', text: 'Tu perfil', icon: 'usuario' },
  { href: '/perfil#avisos', text: 'Avisos por correo', icon: 'campana' },
  { href: '/perfil#seguridad', text: 'Seguridad', icon: 'escudo' },
] as const

/** No receipt comes to an accountant by mail. */
const ACCOUNTANT_MENU = [
  { href: '/perfil', text: 'Tu perfil', icon: 'usuario' },
  { href: '/empresas/equipo', text: 'Tu equipo', icon: 'clientes' },
  { href: '/perfil#seguridad', text: 'Seguridad', icon: 'escudo' },
] as const

/** The person as the frame of a page shows them. */
export function visitorOf(person: Person, idleMinutes: number): Visitor {
  const { role, unreachable, viewing } = person
  const accountant = role === 'accountant'
  return {
    name: readableName(person.displayName),
    initials: initialsOf(person.displayName),
    navigation: accountant ? ACCOUNTANT_NAVIGATION : NAVIGATION,
    menu: accountant ? ACCOUNTANT_MENU : MENU,
    idleSeconds: idleMinutes * 60,
    shortcuts: person.shortcuts,
    ...(unreachable && !viewing ? { unreachable } : {}),
  }
}
