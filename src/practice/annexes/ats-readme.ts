import type { Client } from '../facts/receipt-facts.ts'
import { ATS_DEFAULTS } from './ats-purchase.ts'
import type { LeftOut } from './left-out.ts'

/** What a person must know before the fragment becomes part of a declaration. */
export function readmeOfAts(told: {
  informant: Client & { readonly ruc: string }
  month: string
  purchases: number
  withholdings: number
  leftOut: LeftOut
}): string {
  const { informant, month, purchases, withholdings, leftOut } = told
  const lines = [
    `Fragmento del ATS de ${informant.name} (${informant.ruc}), mes ${month}`,
    '',
    `Compras: ${purchases} comprobantes. Retenciones recibidas: ${withholdings} comprobantes.`,
    'Sale solo de los comprobantes que emitió este banco: únelo al ATS de tu contabilidad. No es una declaración.',
    '',
    'Lo que ningún comprobante dice y llenamos así (revísalo):',
    `- codSustento: ${ATS_DEFAULTS.taxCredit} si hay IVA cobrado y ${ATS_DEFAULTS.cost} si no.`,
    `- parteRel y parteRelVtas: ${ATS_DEFAULTS.related}.`,
    '- fechaRegistro: la fecha de emisión.',
    '- Retenciones que tú hiciste al proveedor (valRet…, air, estabRetencion1…): en cero o ausentes; están en tus comprobantes de retención.',
    '- pagoExterior: pago local (01).',
    '- formasDePago: las que dice el comprobante; las notas de crédito no las dicen.',
    `- autModificado de una nota: ${ATS_DEFAULTS.modifiedAuthorization}, porque la nota no trae la autorización del comprobante que modifica.`,
    '- ventas: un registro por cada agente que te retuvo, tipo 18. Las bases son las que repite la retención 2.0.0; con la 1.0.0 quedan en cero. Lo exento va en baseImponible.',
    '- numeroComprobantes: las ventas con número distinto que nombran las retenciones.',
    '- numEstabRuc, totalVentas y ventasEstablecimiento no están: salen de tu contabilidad.',
    '- Los nombres van en mayúsculas, sin tildes ni signos.',
    '',
    ...(leftOut.count === 0 ? ['Están todos los comprobantes que pediste.'] : leftOut.sentences()),
  ]
  return `${lines.join('\r\n')}\r\n`
}
