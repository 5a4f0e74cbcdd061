import type { Words } from '../../web/errors/errors.ts'

/** Why a receipt that a program wants is not issued. */
export const emissionRefusals = {
  faults: {
    title: 'El comprobante tiene errores',
    text: 'No emitimos nada. «errores» dice cada uno, con su campo y cómo corregirlo.',
  },
  taken: {
    title: 'Esa referencia ya es de otro comprobante',
    text: 'No emitimos nada. Usa otra referencia, o envía lo mismo que la primera vez.',
  },
  creditHeld: { title: 'Esa factura no se puede devolver así', text: '' },
  notIssuable: { title: 'Por ahora no se puede emitir', text: '' },
  unknown: {
    title: 'No conocemos esa clave',
    text: 'Ningún programa pidió emitir un comprobante con esa clave.',
  },
} as const satisfies Record<string, Words>

/** What a program is told of a document that somebody of the bank closed. */
export const CLOSED_MESSAGE =
  'El banco cerró este número, escribió por qué y no emite otro en su lugar. Su referencia no se usa otra vez: si hay que emitirlo, pídelo con otra.'

/** What a program is told of a document whose issuer has nothing to sign with. */
export const CERTIFICATE_MESSAGE =
  'Espera el certificado de firma de su emisor; cuando el banco tenga uno, sigue solo.'

/** What a program is told of a document whose tries were used up. */
export const SPENT_MESSAGE =
  'Se agotaron los intentos con esta clave: espera a que una persona del banco pida seguir.'
