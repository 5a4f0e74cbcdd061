import type { KindParts } from '../sheet.ts'
import { modifiedDocument, person } from './describe-sale.ts'
import { grandTotal, taxTotals } from './describe-totals.ts'
import type { Group } from './fields.ts'
import { list, text } from './fields.ts'
import { filledBlocks, pairsBlock, tableOf } from './pairs.ts'
import { printAmount } from './print-number.ts'

/** Nota de débito: reasons and their values instead of lines. */
export function describeDebitNote(info: Group, content: Group): KindParts {
  const reasons = tableOf<Group>('Motivos', list(content, 'motivos'), [
    {
      label: 'Razón de la modificación',
      grow: 1,
      main: true,
      cell: (reason) => text(reason, 'razon'),
    },
    {
      label: 'Valor de la modificación',
      align: 'end',
      cell: (reason) => printAmount(text(reason, 'valor')),
    },
  ])
  return {
    party: pairsBlock('Cliente', [
      ...person(info, 'Comprador'),
      ['Fecha de emisión', text(info, 'fechaEmision')],
      ...modifiedDocument(info),
    ]),
    body: filledBlocks([reasons]),
    totals: [
      ...taxTotals(info, list(info, 'impuestos'), []),
      ...grandTotal('Valor total', text(info, 'valorTotal')),
    ],
  }
}
