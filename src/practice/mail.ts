import { ACCOUNTANT_ACCESS } from '../identity/accountants/add-accountant.ts'
import type { Notice, NoticeNeeds } from '../identity/mail.ts'
import { composeNotice } from '../identity/mail.ts'
import type { Composer } from '../outbox/mail.ts'
import { CLIENT_RECEIPT_ANNULLED } from '../receipts/alerts/tell-annulled.ts'
import type { Day } from '../values/day.ts'
import { formatDateTime, formatDay, formatTime } from '../values/day.ts'
import { readableName } from '../values/person-name.ts'
import { composeAnnulled } from './compose-annulled.ts'
import { ACCESS_ENDING, CLIENT_ENDING } from './grants/announce-ending.ts'
import { ACCESS_ASKED } from './grants/ask-access.ts'
import { ACCESS_RENEWED, ACCESS_REVOKED, CLIENT_LOST } from './grants/change-grant.ts'
import { ACCESS_GRANTED, CLIENT_GAINED } from './grants/give-grant.ts'

type Fields = Readonly<Record<string, string>>
type Writer = (fields: Fields, needs: NoticeNeeds) => Notice

/** What this room mails, by reason. */
export function practiceComposers(needs: NoticeNeeds): [reason: string, composer: Composer][] {
  const written = Object.entries(WRITERS).map(([reason, write]): [string, Composer] => [
    reason,
    async (_db, payload, mail) =>
      composeNotice(write(payload as Fields, needs), mail.to.name, needs),
  ])
  return [
    ...written,
    [CLIENT_RECEIPT_ANNULLED, (db, _payload, mail) => composeAnnulled(db, mail, needs)],
  ]
}

const WRITERS: Record<string, Writer> = {
  'access-code': (fields) => ({
    subject: 'Tu código para dar acceso a tus comprobantes',
    headline: `Confirma el acceso que vas a dar a ${field(fields, 'firm')}`,
    secret: { label: 'Código temporal', value: field(fields, 'code'), called: 'este código' },
    lines: [
      `Escríbelo en la página donde estabas. Vence a las ${formatTime(new Date(field(fields, 'expiresAt')))} y sirve solo para dar ese acceso.`,
      'Si no lo pediste, no lo compartas con nadie: sin el código nadie más ve tus comprobantes.',
    ],
    action: null,
  }),
  [ACCESS_ASKED]: (fields, needs) => ({
    subject: `${field(fields, 'firm')} pide ver tus comprobantes`,
    headline: `${readableName(field(fields, 'person'))}, de ${field(fields, 'firm')}, pide ver tus comprobantes`,
    secret: null,
    lines: [
      `Su motivo: ${field(fields, 'reason')}`,
      'Nadie los ve mientras tú no lo apruebes. Si no conoces a esta firma, no hagas nada.',
    ],
    action: toAccesses(needs, 'Ver el pedido'),
  }),
  [ACCESS_GRANTED]: (fields, needs) => ({
    subject: `${field(fields, 'firm')} ya puede ver tus comprobantes`,
    headline: `Diste acceso a ${field(fields, 'firm')}`,
    secret: null,
    lines: [
      `Puede verlos y descargarlos hasta el ${endOf(fields)}, y no puede cambiar nada. Cada vez que abra uno, lo verás en el recorrido de ese comprobante.`,
      'Si no fuiste tú, quítale el acceso ahora y cambia tu contraseña.',
    ],
    action: toAccesses(needs, 'Ver tus accesos'),
  }),
  [ACCESS_RENEWED]: (fields, needs) => ({
    subject: `Renovaste el acceso de ${field(fields, 'firm')}`,
    headline: `${field(fields, 'firm')} puede ver tus comprobantes hasta el ${endOf(fields)}`,
    secret: null,
    lines: ['Puedes quitarle el acceso cuando quieras. Si no fuiste tú, hazlo ahora.'],
    action: toAccesses(needs, 'Ver tus accesos'),
  }),
  [ACCESS_REVOKED]: (fields, needs) => ({
    subject: `Quitaste el acceso a ${field(fields, 'firm')}`,
    headline: `${field(fields, 'firm')} ya no ve tus comprobantes`,
    secret: null,
    lines: ['Lo que ya descargó sigue en sus manos; desde ahora no puede abrir nada más.'],
    action: toAccesses(needs, 'Ver tus accesos'),
  }),
  [ACCESS_ENDING]: (fields, needs) => ({
    subject: `El acceso de ${field(fields, 'firm')} termina el ${endOf(fields)}`,
    headline: `${field(fields, 'firm')} deja de ver tus comprobantes el ${endOf(fields)}`,
    secret: null,
    lines: ['Si quieres que siga, renuévalo antes. Si no, no tienes que hacer nada.'],
    action: toAccesses(needs, 'Renovar el acceso'),
  }),
  [CLIENT_GAINED]: (fields, needs) => ({
    subject: `${clientOf(fields)} te dio acceso`,
    headline: `Tu firma ya puede ver los comprobantes de ${clientOf(fields)}`,
    secret: null,
    lines: [`Hasta el ${endOf(fields)}. Pásalo a quien de tu equipo lleve su contabilidad.`],
    action: { href: `${needs.publicUrl}/empresas`, text: 'Ver tus empresas' },
  }),
  [CLIENT_LOST]: (fields, needs) => ({
    subject: `${clientOf(fields)} quitó el acceso a tu firma`,
    headline: `Tu firma ya no ve los comprobantes de ${clientOf(fields)}`,
    secret: null,
    lines: ['Si todavía los necesitas, pídele que te dé acceso otra vez.'],
    action: { href: `${needs.publicUrl}/empresas/solicitar`, text: 'Pedir acceso' },
  }),
  [CLIENT_ENDING]: (fields, needs) => ({
    subject: `El acceso a ${clientOf(fields)} termina el ${endOf(fields)}`,
    headline: `Tu firma deja de ver los comprobantes de ${clientOf(fields)} el ${endOf(fields)}`,
    secret: null,
    lines: ['Su dueño recibió este mismo aviso y puede renovarlo en su portal.'],
    action: { href: `${needs.publicUrl}/empresas`, text: 'Ver tus empresas' },
  }),
  [ACCOUNTANT_ACCESS]: (fields, needs) => ({
    subject: 'Tu acceso al portal de comprobantes, como contador o contadora',
    headline: `Ya puedes ingresar por ${field(fields, 'firm')}`,
    secret: {
      label: 'Contraseña inicial',
      value: field(fields, 'password'),
      called: 'esta contraseña',
    },
    lines: [
      `Abre ${needs.publicUrl}/ingresar e ingresa con el usuario ${field(fields, 'user')} y esta contraseña inicial. Sirve una sola vez, hasta el ${formatDateTime(new Date(field(fields, 'expiresAt')))}. Enseguida elegirás una tuya.`,
      'Este acceso es solo para los comprobantes de los clientes de la firma: si eres cliente del banco, los tuyos siguen con tu cédula.',
    ],
    action: null,
  }),
}

function toAccesses({ publicUrl }: NoticeNeeds, text: string) {
  return { href: `${publicUrl}/perfil/accesos`, text }
}

function clientOf(fields: Fields): string {
  return readableName(field(fields, 'client'))
}

function endOf(fields: Fields): string {
  return formatDay(field(fields, 'endsOn') as Day)
}

function field(fields: Fields, name: string): string {
  const value = fields[name]
  if (value === undefined) throw new Error(`The payload of the mail lacks ${name}`)
  return value
}
