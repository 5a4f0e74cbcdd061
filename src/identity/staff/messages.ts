import { attemptsLeft } from '../messages.ts'
import type { NotLetIn } from '../sign-in/check-credentials.ts'
import type { FactorTry } from './factor/prove-factor.ts'
import type { ManageRefusal } from './people/manage-staff.ts'

/** What the staff's sign-in page says; word for word the same for a user who does not exist. */
export function staffSignInSentence(
  refused: Extract<NotLetIn, { outcome: 'refused' }>,
  failuresMax: number,
): string {
  switch (refused.refusal) {
    case 'locked':
      return lockedSentence(failuresMax)
    case 'frozen':
      return 'Este acceso está cerrado porque avisaste que no fuiste tú. Pide a una persona que administra el portal que lo abra.'
    case 'wrong':
      return `El usuario o la contraseña no coinciden. ${attemptsLeft(refused.left)}`
  }
}

export function lockedSentence(failuresMax: number): string {
  return `Bloqueamos el ingreso por ${failuresMax} intentos fallidos. Pide a una persona que administra el portal que lo desbloquee.`
}

export function factorSentence(tried: Extract<FactorTry, { refusal: 'wrong' }>): string {
  return `Ese código no sirve o ya se usó. Espera el siguiente y escríbelo. ${attemptsLeft(tried.left)}`
}

export const APP_CODE_WRONG =
  'Ese código no coincide. Revisa que la hora de tu teléfono sea automática y escribe el código que muestra ahora.'

/** Nothing else is begun in a session that still has them to show. */
export const CODES_WAIT =
  'Primero confirma que guardaste tus códigos de respaldo, en tu perfil, y vuelve a intentarlo.'

export const passkeyProblems = {
  name: (lengthMax: number) =>
    `Escribe un nombre con letras que puedas reconocer, de ${lengthMax} caracteres como máximo.`,
  tooMany: (max: number) => `Ya tienes ${max} llaves, que es el máximo. Quita una que no uses.`,
} as const

/** Why an administrator's deed was not done. */
export const manageRefusals: Readonly<
  Record<Exclude<ManageRefusal, 'none' | 'not-administrator'>, string>
> = {
  'own-account': 'Tu propia cuenta la cambia otra persona que administra el portal.',
  unchanged: 'Ya estaba así: no cambiamos nada.',
  disabled: 'Primero devuélvele el acceso; luego podrás restablecerlo.',
}

/** What is wrong with what was entered of somebody new. */
export const memberProblems = {
  username:
    'Usa entre 3 y 30 letras sin tildes, números y puntos, y empieza con una letra: diego.mora.',
  taken: 'Ese usuario ya existe. Elige otro.',
  name: (lengthMax: number) =>
    `Escribe el nombre con letras, sin signos invisibles, de ${lengthMax} caracteres como máximo.`,
  role: 'Elige un rol.',
  email: 'Revisa el correo: debe verse como nombre@banco.ec.',
} as const
