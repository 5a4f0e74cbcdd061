import type { Notice, NoticeNeeds } from '../identity/mail.ts'
import { composeNotice } from '../identity/mail.ts'
import type { Composer } from '../outbox/mail.ts'
import { formatDateTime } from '../values/day.ts'
import { readableName } from '../values/person-name.ts'
import { CERTIFICATE_EXPIRING } from './certificates/announce-expiry.ts'

/** What this room mails, by reason. */
export function issuingComposers(needs: NoticeNeeds): [reason: string, composer: Composer][] {
  return [
    [
      CERTIFICATE_EXPIRING,
      async (_db, payload, mail) => composeNotice(expiring(payload, needs), mail.to.name, needs),
    ],
  ]
}

function expiring(fields: Readonly<Record<string, unknown>>, { publicUrl }: NoticeNeeds): Notice {
  const until = formatDateTime(new Date(String(fields['validTo'])))
  return {
    subject: `El certificado de firma vence el ${until}`,
    headline: 'Está por vencer el certificado con que se firman los comprobantes',
    secret: null,
    lines: [
      `Es el de ${readableName(String(fields['holder']))}, para el RUC ${fields['issuerRuc']}, y vence el ${until}. Desde entonces no se podrá emitir nada con él.`,
      'Renuévalo con su entidad certificadora y súbelo antes de esa fecha.',
    ],
    action: { href: `${publicUrl}/interno/firma`, text: 'Ver la firma electrónica' },
  }
}
