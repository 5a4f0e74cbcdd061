import type { BounceKind } from '../../../db/tables/deliveries.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import type { MailStatus } from '../../../db/tables/outbox.ts'

interface StageWords {
  /** In addresses. */
  slug: string
  text: string
  /** What it means that a receipt came no farther. */
  stopped: string
}

/** How far receipts come, in words. */
export const stageWords: Record<Stage, StageWords> = {
  loaded: {
    slug: 'cargados',
    text: 'Cargados',
    stopped: 'Se quedan los que el SRI todavía no autoriza',
  },
  authorized: {
    slug: 'autorizados',
    text: 'Autorizados',
    stopped: 'Se quedan los que no llevan correo: sin avisos, sin acceso o sin dirección',
  },
  mailed: {
    slug: 'enviados',
    text: 'Enviados',
    stopped: 'Se quedan los que esperan su turno, o que el otro servidor demora',
  },
  bounced: {
    slug: 'rebotados',
    text: 'Rebotados',
    stopped: 'El correo volvió, o nadie lo quiso recibir',
  },
  delivered: {
    slug: 'entregados',
    text: 'Entregados',
    stopped: 'Se quedan los que nadie ha abierto; el correo no ha vuelto',
  },
  opened: {
    slug: 'abiertos',
    text: 'Abiertos',
    stopped: 'Se quedan los que su dueño vio y no ha descargado',
  },
  downloaded: {
    slug: 'descargados',
    text: 'Descargados',
    stopped: 'Su dueño descargó el PDF o el XML en el portal',
  },
}

const MAILS: Record<MailStatus, string> = {
  pending: 'En cola',
  sending: 'Saliendo',
  sent: 'Lo recibió el servidor',
  failed: 'No salió',
}

const BOUNCES: Record<BounceKind, string> = {
  gone: 'El correo no existe',
  refused: 'Lo rechazaron',
  late: 'El otro servidor lo demora',
}

/** What became of a mail, in words for the bank's people. */
export function mailWordsOf(mail: { status: MailStatus; bounce: BounceKind | null }): string {
  return mail.bounce ? BOUNCES[mail.bounce] : MAILS[mail.status]
}
