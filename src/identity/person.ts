import { initialsOf, readableName } from '../values/person-name.ts'
import type { Visitor } from '../web/brand.ts'
import type { Theme } from '../web/theme.ts'

/** What somebody may be here; only a customer has receipts of their own. */
export type Role = 'customer' | 'accountant' | 'loader' | 'approver' | 'administrator' | 'auditor'

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
}

/** Somebody who has receipts. */
export type Customer = Person & { readonly partyId: number }

/** Where somebody lands who signed in for no page in particular. */
export const LANDING = '/comprobantes'

const NAVIGATION = [{ href: LANDING, text: 'Comprobantes', icon: 'recibo' }] as const

const MENU = [
  { href: '/perfil', text: 'Tu perfil', icon: 'usuario' },
  { href: '/perfil#avisos', text: 'Avisos por correo', icon: 'campana' },
  { href: '/perfil#seguridad', text: 'Seguridad', icon: 'escudo' },
] as const

/** The person as the frame of a page shows them. */
export function visitorOf(person: Person, idleMinutes: number): Visitor {
  return {
    name: readableName(person.displayName),
    initials: initialsOf(person.displayName),
    navigation: NAVIGATION,
    menu: MENU,
    idleSeconds: idleMinutes * 60,
    shortcuts: person.shortcuts,
  }
}
