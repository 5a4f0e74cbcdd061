import type { StandingOnScreen } from '../../identity/staff/views.ts'
import type { Customer } from './customer-store.ts'

/** How a customer's access stands, in the order of what matters most. */
export function standingOfCustomer({ login, windowClosesAt }: Customer): StandingOnScreen {
  if (login === null) {
    return windowClosesAt
      ? { kind: 'espera', text: 'Primer ingreso abierto', until: windowClosesAt }
      : { kind: '', text: 'Nunca ha ingresado', until: null }
  }
  if (login.frozen) return { kind: 'mal', text: 'Cerrado por su dueño', until: null }
  if (login.locked) return { kind: 'mal', text: 'Bloqueado', until: null }
  if (!login.hasPassword) return { kind: 'espera', text: 'Contraseña por elegir', until: null }
  return { kind: 'ok', text: 'Activo', until: null }
}
