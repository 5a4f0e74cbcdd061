import { formatBytes, formatCount } from '../../values/count.ts'
import type { Words } from '../../web/errors/errors.ts'
import { LIFE_DAYS, RUNNING_MAX } from './package.ts'

/** What ended a package before its time, in a sentence for whoever asked for it. */
export const packageProblems = {
  permission:
    'Cambió tu permiso sobre alguno de los contribuyentes mientras lo preparábamos, y lo detuvimos. Pídelo otra vez con los que tienes ahora.',
  room: 'Se acabó el espacio del portal para preparar descargas. No quedó nada a medias: pídela otra vez más tarde, o por partes más pequeñas.',
  lost: 'Sus archivos se perdieron antes de terminar. Pídelo otra vez.',
} as const

/** Why a package cannot be asked for. */
export type AskRefusal =
  | { readonly reason: 'nothing' }
  | { readonly reason: 'too-many'; readonly count: number; readonly max: number }
  | { readonly reason: 'room'; readonly bytes: number }
  | { readonly reason: 'running' }

export function askSentence(refusal: AskRefusal): string {
  switch (refusal.reason) {
    case 'nothing':
      return 'No hay comprobantes con esos filtros: no hay nada que preparar.'
    case 'too-many':
      return `Son ${formatCount(refusal.count)} comprobantes y preparamos hasta ${formatCount(refusal.max)} de esta forma. Acorta las fechas y pídelo por partes.`
    case 'room':
      return `Ocuparía cerca de ${formatBytes(refusal.bytes)} y ahora no hay tanto espacio. Acorta las fechas y pídelo por partes, o inténtalo más tarde.`
    case 'running':
      return `Ya estamos preparando ${RUNNING_MAX} descargas tuyas. Espera a que termine una, o cancélala.`
  }
}

const TO_PACKAGES = { href: '/descargas', text: 'Ver tus descargas' }

/** Somebody else's and nobody's read the same. */
export const noSuchPackage: Words = {
  title: 'No encontramos esa descarga',
  text: 'Quizá el enlace está incompleto o la descarga no es tuya.',
  action: TO_PACKAGES,
}

export const noSuchMonth: Words = {
  title: 'No encontramos ese mes',
  text: 'Quizá todavía no está sellado, o no es de un contribuyente tuyo.',
  action: TO_PACKAGES,
}

/** Why the file of a package that is there is not given. */
export const noPackageFile = {
  making: {
    title: 'Todavía la estamos preparando',
    text: 'Te avisaremos por correo cuando esté lista.',
    action: TO_PACKAGES,
  },
  expired: {
    title: 'Esta descarga venció',
    text: `Guardamos las descargas ${LIFE_DAYS} días. Pídela otra vez: con los mismos comprobantes sale idéntica.`,
    action: TO_PACKAGES,
  },
  stopped: {
    title: 'Esta descarga no se terminó',
    text: 'Pídela otra vez desde tus descargas.',
    action: TO_PACKAGES,
  },
  permission: {
    title: 'Ya no tienes permiso para esta descarga',
    text: 'Alguno de sus contribuyentes te quitó el acceso, o venció. Pídela otra vez con los que tienes ahora.',
    action: TO_PACKAGES,
  },
} as const satisfies Record<string, Words>

/** Why no file of it is given. */
export type FileRefusal = keyof typeof noPackageFile
