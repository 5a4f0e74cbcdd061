import type { StandingOnScreen } from '../views.ts'
import type { Member } from './people-store.ts'

/** How somebody's access stands, in the order of what matters most. */
export function standingOfMember(member: Member, now: Date): StandingOnScreen {
  const { invitedUntil } = member
  if (member.disabledAt) return standing('', 'Sin acceso')
  if (member.frozen) return standing('mal', 'Cerrado por su dueño')
  if (member.locked) return standing('mal', 'Bloqueado')
  if (invitedUntil && invitedUntil > now) return standing('espera', 'Por ingresar', invitedUntil)
  if (!member.hasPassword) return standing('mal', 'Sin contraseña')
  return member.enrolled ? standing('ok', 'Activo') : standing('espera', 'Sin segundo factor')
}

function standing(
  kind: StandingOnScreen['kind'],
  text: string,
  until: Date | null = null,
): StandingOnScreen {
  return { kind, text, until }
}
