import { formatTime } from '../values/day.ts'
import type { CodeTry } from './codes/one-time-code-store.ts'
import type { SignIn } from './sign-in/sign-in.ts'

export const BAD_EMAIL = 'Revisa tu correo: debe verse como nombre@correo.ec.'
export const EMAIL_SAME = 'Ese ya es tu correo registrado. Escribe otro.'
export const TOO_MANY_CODES =
  'Pediste varios códigos seguidos. Espera una hora y vuelve a intentar.'
export const PASSWORD_SAME = 'Esa ya la usaste. Elige una distinta.'
export const PASSWORD_OWN = 'Tu contraseña necesita ser distinta de tu nombre.'
export const PASSWORD_SAVED = 'Guardamos tu nueva contraseña.'
export const SIGNED_OUT = 'Cerraste tu sesión. Hasta pronto.'
export const FIRST_DONE = 'Todo listo. Estos son tus comprobantes.'
export const CODE_RESENT = 'Enviamos otro código. El anterior ya no sirve.'
export const UNLOCKED = 'Desbloqueamos tu ingreso. Ya puedes entrar con tu contraseña.'

type SignInRefusal = Extract<SignIn, { outcome: 'refused' }>

/** What the sign-in page says; word for word the same for a user who does not exist. */
export function signInSentence(refused: SignInRefusal, failuresMax: number): string {
  switch (refused.refusal) {
    case 'locked':
      return `Bloqueamos el ingreso por ${failuresMax} intentos fallidos. Si los datos están registrados, te enviamos un enlace por correo para desbloquearlo. Si no fuiste tú, cambia tu contraseña al entrar.`
    case 'frozen':
      return 'Este acceso está cerrado porque avisaste que no fuiste tú. Llámanos con tu cédula a la mano para abrirlo de nuevo.'
    case 'wrong':
      return `El usuario o la contraseña no coinciden. ${attemptsLeft(refused.left)}`
  }
}

/** How many wrong proofs a login still bears before it is locked. */
export function attemptsLeft(left: number): string {
  if (left === 1) return 'Te queda 1 intento antes de bloquear el ingreso por tu seguridad.'
  return `Te quedan ${left} intentos.`
}

/** What a code that did not fit is answered with. */
export function codeSentence(tried: Exclude<CodeTry, { ok: true }>): string {
  switch (tried.refusal) {
    case 'wrong': {
      const left = tried.left === 1 ? 'te queda 1 intento' : `te quedan ${tried.left} intentos`
      return `Ese código no coincide. Revísalo; ${left}.`
    }
    case 'expired':
      return `Ese código venció a las ${formatTime(tried.expiredAt)}. Pide otro y sigue donde estabas.`
    case 'none':
      return 'Ese código ya no sirve. Pide otro y sigue donde estabas.'
    case 'exhausted':
      return 'Probaste demasiados códigos. Pide otro más tarde.'
  }
}

/** The current password, asked again of somebody who is signed in. */
export function currentPasswordSentence(left: number): string {
  const rest = left === 1 ? 'Te queda 1 intento antes de cerrar tu sesión.' : attemptsLeft(left)
  return `Esa no es tu contraseña actual. ${rest}`
}

export function waitSentence(seconds: number): string {
  const wait = seconds === 1 ? '1 segundo' : `${seconds} segundos`
  return `Puedes pedir otro código en ${wait}.`
}
