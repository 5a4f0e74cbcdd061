import type { Block } from '../sheet.ts'
import type { Group } from './fields.ts'
import { group, list, text } from './fields.ts'
import { paymentMethod, timeUnit, withheldTax } from './labels.ts'
import { filledBlocks, pairsBlock, tableOf } from './pairs.ts'
import { printAmount, printQuantity, printRate } from './print-number.ts'

function term(payment: Group): string {
  const plazo = text(payment, 'plazo')
  if (plazo === '') return ''
  const length = printQuantity(plazo)
  return `${length} ${timeUnit(text(payment, 'unidadTiempo'), length)}`.trim()
}

/** What the issuer declares about the payment; it proves nothing. */
function paymentTable(info: Group): Block {
  return tableOf<Group>('Forma de pago', list(info, 'pagos'), [
    {
      label: 'Forma de pago',
      grow: 1,
      main: true,
      cell: (payment) => paymentMethod(text(payment, 'formaPago')),
    },
    { label: 'Valor', align: 'end', cell: (payment) => printAmount(text(payment, 'total')) },
    { label: 'Plazo', align: 'end', optional: true, cell: term },
  ])
}

function thirdPartyTable(content: Group): Block {
  return tableOf<Group>('Otros rubros de terceros', list(content, 'otrosRubrosTerceros'), [
    { label: 'Rubros de terceros', grow: 1, main: true, cell: (item) => text(item, 'concepto') },
    { label: 'Valor', align: 'end', cell: (item) => printAmount(text(item, 'total')) },
  ])
}

/** Retentions inside a factura: fuel and newspapers only. */
function invoiceRetentions(content: Group): Block {
  return tableOf<Group>('Retenciones', list(content, 'retenciones'), [
    {
      label: 'Retención',
      grow: 1,
      main: true,
      cell: (one) => withheldTax(text(one, 'codigo')),
    },
    { label: 'Código', cell: (one) => text(one, 'codigoPorcentaje') },
    { label: 'Tarifa', align: 'end', cell: (one) => printRate(text(one, 'tarifa')) },
    { label: 'Valor', align: 'end', cell: (one) => printAmount(text(one, 'valor')) },
  ])
}

/** The small parts that stand beside the totals, those that hold anything. */
export function describeAside(info: Group, content: Group): readonly Block[] {
  const machine = group(content, 'maquinaFiscal')
  return filledBlocks([
    paymentTable(info),
    thirdPartyTable(content),
    invoiceRetentions(content),
    pairsBlock('Factura comercial negociable', [
      ['Correo', text(group(content, 'tipoNegociable'), 'correo')],
    ]),
    pairsBlock('Máquina fiscal', [
      ['Marca', text(machine, 'marca')],
      ['Modelo', text(machine, 'modelo')],
      ['Serie', text(machine, 'serie')],
    ]),
  ])
}
