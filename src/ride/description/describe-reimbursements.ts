import type { Block } from '../sheet.ts'
import type { Group } from './fields.ts'
import { list, text } from './fields.ts'
import { documentType, taxName } from './labels.ts'
import { pairsBlock, tableOf } from './pairs.ts'
import { addDecimals, printAmount, printRate } from './print-number.ts'

const numberOf = (one: Group): string =>
  ['estabDocReembolso', 'ptoEmiDocReembolso', 'secuencialDocReembolso']
    .map((name) => text(one, name))
    .filter((part) => part !== '')
    .join('-')

const sumOf = (one: Group, name: string): string =>
  printAmount(addDecimals(list(one, 'detalleImpuestos').map((tax) => text(tax, name))))

/** The schemas write this element with and without a capital, by version. */
const authorizationOf = (one: Group): string =>
  text(one, 'numeroautorizacionDocReemb') || text(one, 'numeroAutorizacionDocReemb')

function notesOf(one: Group): readonly string[] {
  const taxes = list(one, 'detalleImpuestos').map((tax) => {
    const name = `${taxName(text(tax, 'codigo'))} ${printRate(text(tax, 'tarifa'))}`.trim()
    const base = printAmount(text(tax, 'baseImponibleReembolso'))
    return `${name}: base ${base}, impuesto ${printAmount(text(tax, 'impuestoReembolso'))}`
  })
  const authorization = authorizationOf(one)
  return authorization === '' ? taxes : [...taxes, `Autorización ${authorization}`]
}

/** The documents that somebody paid for another, and their sums as the issuer states them. */
export function reimbursements(info: Group, documents: readonly Group[]): readonly Block[] {
  const table = tableOf<Group>(
    'Reembolsos',
    documents,
    [
      { label: 'Proveedor', cell: (one) => text(one, 'identificacionProveedorReembolso') },
      {
        label: 'Comprobante',
        grow: 1,
        main: true,
        cell: (one) => `${documentType(text(one, 'codDocReembolso'))} ${numberOf(one)}`.trim(),
      },
      { label: 'Fecha de emisión', cell: (one) => text(one, 'fechaEmisionDocReembolso') },
      {
        label: 'Base imponible',
        align: 'end',
        cell: (one) => sumOf(one, 'baseImponibleReembolso'),
      },
      { label: 'Impuesto', align: 'end', cell: (one) => sumOf(one, 'impuestoReembolso') },
    ],
    notesOf,
  )
  const stated = (name: string): string =>
    text(info, name) === '' ? '' : printAmount(text(info, name))
  const sums = pairsBlock('Totales de los reembolsos', [
    ['Total de comprobantes', stated('totalComprobantesReembolso')],
    ['Total de bases imponibles', stated('totalBaseImponibleReembolso')],
    ['Total de impuestos', stated('totalImpuestoReembolso')],
  ])
  return [table, sums]
}
