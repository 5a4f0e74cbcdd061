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
    stopped: 'el SRI todavía no los autoriza',
  },
  authorized: {
    slug: 'autorizados',
    text: 'Autorizados',
    stopped: 'sin correo: no quieren avisos, no tienen acceso o no hay a dónde enviarlo',
  },
  mailed: {
    slug: 'enviados',
    text: 'Enviados',
    stopped: 'en camino: el correo espera su turno o el otro servidor lo demora',
  },
  bounced: {
    slug: 'rebotados',
    text: 'Rebotados',
    stopped: 'el correo volvió o nadie lo quiso recibir',
  },
  delivered: {
    slug: 'entregados',
    text: 'Entregados',
    stopped: 'el servidor recibió el correo y no lo devolvió; nadie los ha abierto',
  },
  opened: {
    slug: 'abiertos',
    text: 'Abiertos',
    stopped: 'su dueño los vio en el portal, sin descargarlos',
  },
  downloaded: {
    slug: 'descargados',
    text: 'Descargados',
    stopped: 'su dueño descargó el PDF o el XML en el portal',
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
