import type { Section } from '../web/pages/section.ts'
import { LANDING, STAFF_LANDING, STAFF_SIGN_IN } from './person.ts'

/** The two portals of a bank: that of its own people, in frames that nobody takes for a customer's. */
export function sectionsOf(bank: { readonly name: string }): readonly Section[] {
  return [
    {
      path: STAFF_LANDING,
      get name() {
        return `${bank.name} interno`
      },
      home: { href: STAFF_LANDING, text: 'Ir al inicio' },
      signIn: STAFF_SIGN_IN,
      // A page that is not for them is no reason to lose their navigation.
      layouts: { portal: 'staff', access: 'staff-access', plain: 'plain', error: 'staff' },
      sheet: 'staff.css',
    },
    {
      path: '',
      get name() {
        return bank.name
      },
      home: { href: LANDING, text: 'Ir a tus comprobantes' },
      signIn: '/ingresar',
      layouts: { portal: 'portal', access: 'access', plain: 'plain', error: 'plain' },
    },
  ]
}
