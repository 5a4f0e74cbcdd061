import type { HelpRefusal } from './help-customer.ts'

export const REASON_MAX = 500

/** Why nothing was done for a customer. */
export const helpRefusals: Readonly<Record<Exclude<HelpRefusal, 'none' | 'signed-out'>, string>> = {
  'has-access': 'Ya tiene acceso: si olvidó su contraseña, reenvíale el acceso.',
  'no-address': 'No hay un correo a donde enviarlo. Propón uno y vuelve a intentar.',
  frozen: 'Su dueño cerró este acceso. Compruébalo con esa persona y ábrelo de nuevo.',
  unchanged: 'Ya estaba así: no cambiamos nada.',
}

/** What is wrong with a reason as it was typed; null when nothing is. */
export function reasonProblem(typed: string): string | null {
  const length = typed.trim().length
  if (length > 0 && length <= REASON_MAX) return null
  return `Escribe por qué, en ${REASON_MAX} letras o menos.`
}

/** What is wrong with a change of address as it was entered. */
export const contactProblems = {
  email: 'Revisa el correo: debe verse como nombre@correo.ec.',
  same: 'Ese es el correo que el banco ya tiene.',
} as const

export const PROPOSED = 'Lo propusiste. Otra persona lo decide en Aprobaciones.'
export const OPEN_ALREADY = 'Ya hay un cambio que espera una decisión.'

/** What each kind of mail is called among those of a customer. */
const MAILS: Readonly<Record<string, string>> = {
  'access-reminder': 'Recordatorio de su acceso',
  'contact-changed': 'Aviso: el banco cambió su correo',
  'email-changed': 'Aviso: cambió su correo',
  'email-code': 'Código para confirmar su correo',
  'first-access': 'Cómo crear su acceso',
  'first-code': 'Código para crear su acceso',
  'first-login-warning': 'Aviso: se creó su acceso',
  'initial-password': 'Contraseña inicial',
  'new-device': 'Aviso: ingreso desde un equipo nuevo',
  'package-ended': 'Descarga preparada',
  'password-changed': 'Aviso: cambió su contraseña',
  'keys-revoked': 'Aviso: anulamos las claves de sus programas',
  'second-factor-changed': 'Aviso: cambió su segundo factor',
  'staff-access': 'Acceso al portal interno',
  'staff-locked': 'Aviso: ingreso al portal interno bloqueado',
  unlock: 'Aviso: ingreso bloqueado',
}

/** Mails about receipts have several reasons and one name. */
export function mailWords(reason: string): string {
  return MAILS[reason] ?? 'Comprobantes'
}

export const mailStates = {
  pending: { text: 'En camino', kind: 'espera' },
  sending: { text: 'En camino', kind: 'espera' },
  sent: { text: 'Enviado', kind: 'ok' },
  failed: { text: 'No entregado', kind: 'mal' },
} as const

/** In the place of a name, of who turned out to be another customer. */
export const MERGED = 'Cliente unido a otro'

/** Of a proposal that waits and that merging two customers made void. */
export function voidEffect(sentence: string): { term: string; text: string } {
  return { term: 'Ya no se puede hacer', text: sentence }
}
