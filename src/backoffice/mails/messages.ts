import type { MailList } from './mail-list-store.ts'
import type { MendRefusal } from './mend-mail.ts'

/** Why nothing was done about a mail. */
export const mendRefusals: Record<Exclude<MendRefusal, 'signed-out' | 'none'>, string> = {
  'no-address': 'El cliente no tiene un correo registrado. Ayúdale a crear su acceso.',
  'dead-address':
    'Su correo está muerto y el banco no tiene otro. Cámbialo, o di que ya funciona, y envíalo de nuevo.',
  'sent-again': 'Ya se envió de nuevo. Mira en la cola qué fue de él.',
}

export const listWords: Record<MailList, { text: string; none: string }> = {
  recientes: { text: 'Recientes', none: 'Todavía no ha salido ningún correo.' },
  cola: { text: 'En cola', none: 'Ningún correo espera.' },
  fallidos: { text: 'No salieron', none: 'Ningún correo se quedó sin salir.' },
  rebotados: { text: 'Rebotados', none: 'Ningún correo ha vuelto.' },
}
