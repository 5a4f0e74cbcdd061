import Type from 'typebox'
import { returnPath } from '../../web/pages/return-path.ts'

/** What both doors take: a user name, a password, and where its owner wanted to go. */
export const Credentials = Type.Object({
  usuario: Type.String({ maxLength: 200, default: '' }),
  contrasena: Type.String({ maxLength: 1_000, default: '' }),
  volver: Type.String({ maxLength: 2_000, default: '' }),
})

/** Why somebody stands at a door. */
export const Arrival = Type.Object({
  volver: Type.Optional(Type.String({ maxLength: 2_000 })),
  motivo: Type.Optional(Type.String({ maxLength: 40 })),
})

export type Typed = Type.Static<typeof Credentials>

/** What a door shows again of what was typed, and says to it. */
export interface SignInForm {
  usuario: string
  volver: string
  problem: string | null
  /** The session ended for not being used. */
  expired: boolean
}

export const EMPTY_CREDENTIALS = 'Escribe tu usuario y tu contraseña.'

/** The form of somebody who has typed nothing yet. */
export function arrivalForm({ volver = '', motivo }: Type.Static<typeof Arrival>): SignInForm {
  return { usuario: '', volver, problem: null, expired: motivo === 'inactividad' }
}

/** The form as its page needs it; `origin` is what the address bar should say. */
export function signInData(form: SignInForm, origin: string): SignInForm & { origin: string } {
  return { ...form, volver: returnPath(form.volver, ''), origin }
}
