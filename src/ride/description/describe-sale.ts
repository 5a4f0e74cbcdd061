import type { Block, KindParts } from '../sheet.ts'
import { reimbursements } from './describe-reimbursements.ts'
import { saleTotals } from './describe-totals.ts'
import { foreignTrade, replacedDeliveryNote } from './describe-trade.ts'
import type { Group } from './fields.ts'
import { list, text } from './fields.ts'
import { documentType, idKind } from './labels.ts'
import { filledBlocks, pairsBlock, tableOf } from './pairs.ts'
import { addDecimals, hasValue, printAmount, printPrice, printQuantity } from './print-number.ts'

/** «Detalle adicional»: up to three names and values that the issuer adds to a line. */
export function lineNotes(line: Group): readonly string[] {
  return list(line, 'detallesAdicionales').map((extra) => {
    const name = text(extra, 'nombre').replace(/\s*:$/, '')
    return name === '' ? text(extra, 'valor') : `${name}: ${text(extra, 'valor')}`
  })
}

const optionalAmount = (line: Group, name: string): string =>
  text(line, name) === '' ? '' : printAmount(text(line, name))

/** Fuel: the price that it would have had. */
function priceWithoutSubsidy(line: Group): string {
  const without = text(line, 'precioSinSubsidio')
  return hasValue(without) ? printPrice(without) : ''
}

/** What the State pays of each unit; the document says it only as two prices. */
function subsidy(line: Group): string {
  const without = text(line, 'precioSinSubsidio')
  if (!hasValue(without)) return ''
  return printPrice(addDecimals([without, `-${text(line, 'precioUnitario')}`]))
}

function quantity(line: Group): string {
  const unit = text(line, 'unidadMedida')
  const amount = printQuantity(text(line, 'cantidad'))
  return unit === '' ? amount : `${amount} ${unit}`
}

function saleLines(content: Group, code: string, auxiliary: string): Block {
  return tableOf<Group>(
    'Detalle',
    list(content, 'detalles'),
    [
      { label: 'Código', cell: (line) => text(line, code), optional: true },
      { label: 'Cód. auxiliar', cell: (line) => text(line, auxiliary), optional: true },
      { label: 'Cantidad', align: 'end', cell: quantity },
      { label: 'Descripción', grow: 1, main: true, cell: (line) => text(line, 'descripcion') },
      {
        label: 'Precio unitario',
        align: 'end',
        cell: (line) => printPrice(text(line, 'precioUnitario')),
      },
      { label: 'Subsidio', align: 'end', optional: true, cell: subsidy },
      { label: 'Precio sin subsidio', align: 'end', optional: true, cell: priceWithoutSubsidy },
      {
        label: 'Descuento',
        align: 'end',
        optional: true,
        cell: (line) => optionalAmount(line, 'descuento'),
      },
      {
        label: 'Precio total',
        align: 'end',
        cell: (line) => printAmount(text(line, 'precioTotalSinImpuesto')),
      },
    ],
    lineNotes,
  )
}

/** A person of the document: the name, and the number under the name of its kind. */
export function person(info: Group, role: string): readonly (readonly [string, string])[] {
  return [
    ['Razón social / nombres y apellidos', text(info, `razonSocial${role}`)],
    [
      `Identificación (${idKind(text(info, `tipoIdentificacion${role}`))})`.replace(
        ' (Identificación)',
        '',
      ),
      text(info, `identificacion${role}`),
    ],
  ]
}

/** The document that a note changes: its type and number, and its date. */
export function modifiedDocument(info: Group): readonly (readonly [string, string])[] {
  const number = [documentType(text(info, 'codDocModificado')), text(info, 'numDocModificado')]
  return [
    ['Comprobante que se modifica', number.filter((part) => part !== '').join(' ')],
    ['Fecha de emisión (comprobante a modificar)', text(info, 'fechaEmisionDocSustento')],
  ]
}

/** Factura, versions 1.0.0 to 2.1.0. */
export function describeInvoice(info: Group, content: Group): KindParts {
  return {
    party: pairsBlock('Cliente', [
      ...person(info, 'Comprador'),
      ['Fecha de emisión', text(info, 'fechaEmision')],
      ['Guía de remisión', text(info, 'guiaRemision')],
      ['Dirección', text(info, 'direccionComprador')],
      ['Placa', text(info, 'placa')],
    ]),
    body: filledBlocks([
      saleLines(content, 'codigoPrincipal', 'codigoAuxiliar'),
      ...reimbursements(info, list(content, 'reembolsos')),
      foreignTrade(info),
      ...replacedDeliveryNote(content),
    ]),
    totals: saleTotals(info, content, text(info, 'importeTotal')),
  }
}

/** Liquidación de compra: the one who receives is the supplier. */
export function describePurchaseSettlement(info: Group, content: Group): KindParts {
  return {
    party: pairsBlock('Proveedor', [
      ...person(info, 'Proveedor'),
      ['Fecha de emisión', text(info, 'fechaEmision')],
      ['Dirección', text(info, 'direccionProveedor')],
    ]),
    body: filledBlocks([
      saleLines(content, 'codigoPrincipal', 'codigoAuxiliar'),
      ...reimbursements(info, list(content, 'reembolsos')),
    ]),
    totals: saleTotals(info, content, text(info, 'importeTotal')),
  }
}

/** Nota de crédito: codes have other names, and the total is the value of the change. */
export function describeCreditNote(info: Group, content: Group): KindParts {
  return {
    party: pairsBlock('Cliente', [
      ...person(info, 'Comprador'),
      ['Fecha de emisión', text(info, 'fechaEmision')],
      ...modifiedDocument(info),
      ['Razón de modificación', text(info, 'motivo')],
    ]),
    body: filledBlocks([saleLines(content, 'codigoInterno', 'codigoAdicional')]),
    totals: saleTotals(info, content, text(info, 'valorModificacion')),
  }
}
