import type { Words } from '../../web/errors/errors.ts'

/** What a program is told that may not come in. */
export const keyRefusals = {
  required: {
    title: 'Hace falta una clave que sirva',
    text: 'Envía Authorization: Bearer con una clave vigente, desde una dirección permitida. Las crea quien administra el portal, en Claves de programas.',
  },
  right: {
    title: 'Esta clave no sirve para esto',
    text: 'Pide a quien administra el portal una clave con ese permiso.',
  },
} as const satisfies Record<string, Words>

/** What is wrong with a field of the form that makes a key. */
export const keyProblems = {
  name: (max: number) => `Escribe para qué es, con hasta ${max} letras: Sistema de comisiones.`,
  days: (max: number) => `Escribe por cuántos días sirve, de 1 a ${max}.`,
  networks: (entry: string) =>
    `No entendemos ${entry}. Escribe direcciones o redes como 10.1.2.3 o 10.0.0.0/8, separadas por comas.`,
  rights: 'Elige al menos un permiso.',
}

/** What each right lets a program do. */
export const RIGHT_WORDS = {
  issue: {
    name: 'Emitir comprobantes',
    about: 'Envía comprobantes por emitir y consulta cómo van los suyos.',
  },
  read: {
    name: 'Leer comprobantes',
    about: 'Busca y descarga los de los clientes de su firma de contadores.',
  },
} as const
