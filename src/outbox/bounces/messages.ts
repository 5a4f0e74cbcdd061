import type { Words } from '../../web/errors/errors.ts'
import type { ReportRefusal } from './note-report.ts'

export const UNSIGNED: Words = {
  title: 'La firma no corresponde',
  text: 'Revisa el secreto y la hora de tu servidor: la firma vale cinco minutos. No guardamos nada.',
}

/** What is refused before anybody looks at who sent it. */
export const UNREAD = {
  HTTP_400: 'Envía el aviso de no entrega completo, con sus cabeceras. No guardamos nada.',
  HTTP_413: 'Envía el aviso sin adjuntos: leemos hasta 256 KB. No guardamos nada.',
  HTTP_415: 'Envía el aviso tal como llegó, con Content-Type: message/rfc822. No guardamos nada.',
}

/** Why a report was not noted, for whoever runs the mail server. */
export const reportRefusals: Record<ReportRefusal, { status: number; words: Words }> = {
  unreadable: {
    status: 400,
    words: {
      title: 'No pudimos leer el mensaje',
      text: UNREAD.HTTP_400,
    },
  },
  'no-report': {
    status: 422,
    words: {
      title: 'El mensaje no es un aviso de no entrega',
      text: 'Puede ser una respuesta automática o un correo de una persona. No guardamos nada.',
    },
  },
  'unknown-mail': {
    status: 404,
    words: {
      title: 'El aviso no nombra ningún correo de este portal',
      text: 'Falta el Message-ID de un correo nuestro, o ese correo ya no está. No guardamos nada.',
    },
  },
}
