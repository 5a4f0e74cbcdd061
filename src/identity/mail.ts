import type { ComposedMail, Composer } from '../outbox/mail.ts'
import { formatDateTime, formatTime } from '../values/day.ts'
import { readableName } from '../values/person-name.ts'
import type { Brand, Link } from '../web/pages/brand.ts'
import type { Templates } from '../web/pages/render.ts'
import { view } from '../web/pages/view.ts'
import { keysRevokedNotice } from './api-keys/mail.ts'

/** What writing a notice takes. */
export interface NoticeNeeds {
  templates: Templates
  brand: Brand
  /** Links are made of this and nothing else: no header of a request has a say in them. */
  publicUrl: string
}

/** The words of a mail that tells somebody something, perhaps with a code and a link. */
export interface Notice {
  subject: string
  headline: string
  /** A code or password: in the body only, never in a subject or a preview. */
  secret: { label: string; value: string; called: string } | null
  lines: readonly string[]
  action: Link | null
}

type Fields = Readonly<Record<string, string>>
type Writer = (fields: Fields, needs: NoticeNeeds) => Notice

const html = view<Notice & { name: string }>('identity/mail/notice')
const text = view<Notice & { name: string; brand: Brand }>('identity/mail/notice.txt')

const WRITERS: Record<string, Writer> = {
  'first-code': (fields) => ({
    subject: 'Tu código para crear tu acceso',
    headline: 'Alguien pidió crear tu acceso al portal de comprobantes',
    secret: code(fields),
    lines: [
      `Si fuiste tú, escríbelo en la página donde estabas. Vence a las ${timeOf(fields)}.`,
      'Si no fuiste tú, no lo compartas con nadie: sin este código no se puede entrar.',
    ],
    action: null,
  }),
  'email-code': (fields) => ({
    subject: 'Tu código para confirmar tu correo',
    headline: 'Confirma que este correo es tuyo',
    secret: code(fields),
    lines: [
      `Escríbelo en la página donde estabas. Vence a las ${timeOf(fields)} y sirve solo para confirmar este correo.`,
      'Si no lo pediste, no hagas nada: sin el código nada cambia.',
    ],
    action: null,
  }),
  'initial-password': (fields, needs) => ({
    subject: 'Tu nueva contraseña inicial',
    headline: 'Pediste recuperar tu contraseña',
    secret: {
      label: 'Contraseña inicial',
      value: field(fields, 'password'),
      called: 'esta contraseña',
    },
    lines: [
      `Abre ${needs.publicUrl} como siempre e ingresa con tu usuario y esta contraseña inicial. Sirve una sola vez, hasta el ${momentOf(fields, 'expiresAt')}. Enseguida elegirás una nueva.`,
      'Tu contraseña actual sigue funcionando mientras no uses esta. Si no pediste nada, no tienes que hacer nada.',
    ],
    action: null,
  }),
  unlock: (fields, needs) => ({
    subject: 'Bloqueamos el ingreso a tu portal',
    headline: 'Bloqueamos el ingreso por varios intentos fallidos',
    secret: null,
    lines: [
      `Si fuiste tú, desbloquéalo y vuelve a intentar. El enlace vence el ${momentOf(fields, 'expiresAt')}.`,
      'Si no fuiste tú, nadie entró. Desbloquéalo cuando quieras y cambia tu contraseña al entrar.',
    ],
    action: {
      href: `${needs.publicUrl}/desbloquear/${field(fields, 'token')}`,
      text: 'Desbloquear mi ingreso',
    },
  }),
  'new-device': (fields, needs) => ({
    subject: 'Ingresaste desde un equipo nuevo',
    headline: 'Ingresaste desde un equipo nuevo',
    secret: null,
    lines: [circumstances(fields), 'Si fuiste tú, no tienes que hacer nada.'],
    action: notMe(fields, needs),
  }),
  'access-reminder': (_fields, needs) => ({
    subject: 'Ya tienes acceso al portal de comprobantes',
    headline: 'Ya tienes acceso',
    secret: null,
    lines: [
      'Alguien quiso ingresar con tu cédula como la primera vez. Si fuiste tú: ya tienes acceso. Ingresa con tu contraseña; si la olvidaste, recupérala aquí.',
      'Si no fuiste tú, no tienes que hacer nada: nadie entró.',
    ],
    action: { href: `${needs.publicUrl}/recuperar`, text: 'Recuperar mi contraseña' },
  }),
  'first-login-warning': (fields, needs) => ({
    subject: 'Se creó tu acceso al portal de comprobantes',
    headline: 'Se creó tu acceso con otro correo',
    secret: null,
    lines: [
      circumstances(fields),
      'Te lo contamos aquí porque este es el correo que el banco ya tenía. Si fuiste tú, no tienes que hacer nada.',
    ],
    action: notMe(fields, needs),
  }),
  'email-changed': (fields, needs) => ({
    subject: 'Cambió el correo de tu portal',
    headline: `Tu correo ahora es ${field(fields, 'newAddress')}`,
    secret: null,
    lines: [
      circumstances(fields),
      'Este correo ya no recibirá tus comprobantes. Si fuiste tú, no tienes que hacer nada.',
    ],
    action: notMe(fields, needs),
  }),
  'password-changed': (fields, needs) => ({
    subject: 'Cambió tu contraseña',
    headline:
      fields['cause'] === 'recovery'
        ? 'Se usó la contraseña inicial que te enviamos'
        : 'Guardamos tu nueva contraseña',
    secret: null,
    lines: [
      circumstances(fields),
      'Cerramos las demás sesiones. Si fuiste tú, no tienes que hacer nada.',
    ],
    action: notMe(fields, needs),
  }),
  'keys-revoked': (fields) => keysRevokedNotice(field(fields, 'keys')),
  'first-access': (fields, needs) => ({
    subject: 'Ya puedes crear tu acceso al portal de comprobantes',
    headline: 'Crea tu acceso al portal de comprobantes',
    secret: null,
    lines: [
      `Abre ${needs.publicUrl} e ingresa con tu cédula o RUC como usuario y como contraseña. Te pediremos un código que llegará a este correo, y elegirás una contraseña tuya.`,
      `Puedes hacerlo hasta el ${momentOf(fields, 'expiresAt')}.`,
    ],
    action: { href: `${needs.publicUrl}/ingresar`, text: 'Crear mi acceso' },
  }),
  'contact-changed': (fields, needs) => ({
    subject: 'Cambió el correo que tenemos de ti',
    headline: 'El banco cambió el correo que tiene de ti',
    secret: null,
    lines: [
      `Fue el ${momentOf(fields, 'at')}. Te lo contamos aquí porque este es el correo que teníamos.`,
      `Si no lo pediste, llámanos al ${needs.brand.phone}.`,
    ],
    action: null,
  }),
  'second-factor-changed': (fields, needs) => ({
    subject: 'Cambió tu segundo factor',
    headline: FACTOR_CHANGES[field(fields, 'cause')] ?? 'Cambió tu segundo factor',
    secret: null,
    lines: [circumstances(fields), 'Si fuiste tú, no tienes que hacer nada.'],
    action: notMe(fields, needs),
  }),
  'staff-access': (fields, needs) => ({
    subject: 'Tu acceso al portal interno',
    headline: 'Una persona que administra el portal te dio acceso',
    secret: {
      label: 'Contraseña inicial',
      value: field(fields, 'password'),
      called: 'esta contraseña',
    },
    lines: [
      `Abre ${needs.publicUrl}/interno/ingresar e ingresa con el usuario ${field(fields, 'user')} y esta contraseña inicial. Sirve una sola vez, hasta el ${momentOf(fields, 'expiresAt')}.`,
      'Enseguida elegirás una contraseña tuya y registrarás tu segundo factor: ten a la mano tu teléfono con una aplicación de códigos.',
      'Si no esperabas este correo, avisa a quien administra el portal.',
    ],
    action: null,
  }),
  'staff-locked': (fields) => ({
    subject: 'Bloqueamos tu ingreso al portal interno',
    headline: 'Bloqueamos tu ingreso por varios intentos fallidos',
    secret: null,
    lines: [
      `El último fue el ${momentOf(fields, 'at')}. Nadie entró.`,
      'Pide a una persona que administra el portal que lo desbloquee. Si no fuiste tú, cuéntaselo.',
    ],
    action: null,
  }),
}

const FACTOR_CHANGES: Readonly<Record<string, string>> = {
  app: 'Cambiaste la aplicación que da tus códigos',
  codes: 'Creaste nuevos códigos de respaldo',
  'recovery-code': 'Se usó uno de tus códigos de respaldo para ingresar',
  'passkey-added': 'Agregaste una llave de acceso',
  'passkey-removed': 'Quitaste una llave de acceso',
}

/** What this room mails, by reason. */
export function identityComposers(needs: NoticeNeeds): [reason: string, composer: Composer][] {
  return Object.entries(WRITERS).map(([reason, write]) => [
    reason,
    async (_db, payload, mail) =>
      composeNotice(write(payload as Fields, needs), mail.to.name, needs),
  ])
}

/** The mail of a notice, in HTML and text. */
export function composeNotice(
  mail: Notice,
  name: string,
  { templates, brand }: NoticeNeeds,
): ComposedMail {
  const data = { ...mail, name: readableName(name) }
  const secret = mail.secret === null ? {} : { secret: mail.secret.called }
  const frame = { brand, title: mail.subject, preheader: mail.headline, ...secret }
  return {
    subject: mail.subject,
    html: templates.renderMail(html, data, frame),
    text: templates.render(text, { ...data, brand }),
    attachments: [],
  }
}

function code(fields: Fields): Notice['secret'] {
  return { label: 'Código temporal', value: field(fields, 'code'), called: 'este código' }
}

function circumstances(fields: Fields): string {
  return `${field(fields, 'device')}, desde la dirección ${field(fields, 'address')}, el ${momentOf(fields, 'at')}.`
}

function notMe(fields: Fields, { publicUrl }: NoticeNeeds): Link {
  const href = `${publicUrl}/no-fui-yo/${field(fields, 'freezeToken')}`
  return { href, text: 'No fui yo: cerrar mi acceso' }
}

/** Throws for a payload that lacks what its mail is about: better late than without the code. */
function field(fields: Fields, name: string): string {
  const value = fields[name]
  if (value === undefined) throw new Error(`The payload of the mail lacks ${name}`)
  return value
}

function timeOf(fields: Fields): string {
  return formatTime(new Date(field(fields, 'expiresAt')))
}

function momentOf(fields: Fields, name: string): string {
  return formatDateTime(new Date(field(fields, name)))
}
