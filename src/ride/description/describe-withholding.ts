import { supportReasons } from '../../sri/catalogues/catalogue-support.ts'
import type { Block, KindParts } from '../sheet.ts'
import { reimbursements } from './describe-reimbursements.ts'
import { person } from './describe-sale.ts'
import { grandTotal } from './describe-totals.ts'
import type { Group } from './fields.ts'
import { group, list, text } from './fields.ts'
import { documentType, paymentMethod, withheldTax } from './labels.ts'
import { filledBlocks, pairsBlock, tableOf } from './pairs.ts'
import { addDecimals, printAmount, printQuantity, printRate } from './print-number.ts'

/** One tax withheld, with the document that it was withheld from: the row of both versions. */
interface Withheld {
  readonly tax: Group
  readonly support: Group
}

const FIFTEEN_DIGITS = /^(\d{3})(\d{3})(\d{9})$/

/** The schema holds the number of the supporting document as fifteen digits in a row. */
const supportNumber = (support: Group): string =>
  text(support, 'numDocSustento').replace(FIFTEEN_DIGITS, '$1-$2-$3')

/** Version 1.0.0 repeats the document in every tax; 2.0.0 has the taxes inside the document. */
function withheldTaxes(content: Group): readonly Withheld[] {
  return [
    ...list(content, 'impuestos').map((tax) => ({ tax, support: tax })),
    ...list(content, 'docsSustento').flatMap((support) =>
      list(support, 'retenciones').map((tax) => ({ tax, support })),
    ),
  ]
}

function notesOf({ tax }: Withheld): readonly string[] {
  const dividends = group(tax, 'dividendos')
  const bananas = group(tax, 'compraCajBanano')
  const notes: readonly (readonly [string, string])[] = [
    ['Fecha de pago del dividendo', text(dividends, 'fechaPagoDiv')],
    ['Impuesto a la renta de la sociedad', printAmount(text(dividends, 'imRentaSoc'))],
    ['Ejercicio de las utilidades', text(dividends, 'ejerFisUtDiv')],
    ['Cajas de banano', printQuantity(text(bananas, 'numCajBan'))],
    ['Precio de la caja', printAmount(text(bananas, 'precCajBan'))],
  ]
  return notes.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`)
}

function withheldTable(rows: readonly Withheld[], period: string): Block {
  return tableOf<Withheld>(
    'Impuestos retenidos',
    rows,
    [
      {
        label: 'Comprobante',
        grow: 1,
        main: true,
        cell: ({ support }) => documentType(text(support, 'codDocSustento')),
      },
      { label: 'Número', optional: true, cell: ({ support }) => supportNumber(support) },
      {
        label: 'Fecha emisión',
        optional: true,
        cell: ({ support }) => text(support, 'fechaEmisionDocSustento'),
      },
      { label: 'Ejercicio fiscal', cell: () => period },
      {
        label: 'Base imponible para la retención',
        align: 'end',
        cell: ({ tax }) => printAmount(text(tax, 'baseImponible')),
      },
      { label: 'Impuesto', cell: ({ tax }) => withheldTax(text(tax, 'codigo')).toUpperCase() },
      { label: 'Código', cell: ({ tax }) => text(tax, 'codigoRetencion') },
      {
        label: 'Porcentaje retención',
        align: 'end',
        cell: ({ tax }) => printRate(text(tax, 'porcentajeRetener')),
      },
      {
        label: 'Valor retenido',
        align: 'end',
        cell: ({ tax }) => printAmount(text(tax, 'valorRetenido')),
      },
    ],
    notesOf,
  )
}

const statedAmount = (from: Group, name: string): string =>
  text(from, name) === '' ? '' : printAmount(text(from, name))

function payments(support: Group): string {
  return list(support, 'pagos')
    .map((payment) => paymentMethod(text(payment, 'formaPago')))
    .join(', ')
}

/** Why the document was received, and its own authorisation unless that is only zeros. */
function supportNotes(one: Group): readonly string[] {
  const reason = text(one, 'codSustento')
  const number = text(one, 'numAutDocSustento')
  return [
    ...(reason === '' ? [] : [`Sustento ${reason}: ${supportReasons.get(reason) ?? 'otro'}`]),
    ...(/[1-9]/.test(number) ? [`Autorización ${number}`] : []),
  ]
}

/** What version 2.0.0 also says of each supporting document. */
function supportTable(content: Group): Block {
  return tableOf<Group>(
    'Documentos de sustento',
    list(content, 'docsSustento'),
    [
      {
        label: 'Comprobante',
        grow: 1,
        main: true,
        cell: (one) => `${documentType(text(one, 'codDocSustento'))} ${supportNumber(one)}`.trim(),
      },
      {
        label: 'Registro contable',
        optional: true,
        cell: (one) => text(one, 'fechaRegistroContable'),
      },
      { label: 'Forma de pago', grow: 1, optional: true, cell: payments },
      {
        label: 'Sin impuestos',
        align: 'end',
        cell: (one) => statedAmount(one, 'totalSinImpuestos'),
      },
      { label: 'Importe total', align: 'end', cell: (one) => statedAmount(one, 'importeTotal') },
    ],
    supportNotes,
  )
}

/** Comprobante de retención: both versions print one row for each tax withheld. */
export function describeWithholding(info: Group, content: Group): KindParts {
  const rows = withheldTaxes(content)
  const documents = list(content, 'docsSustento')
  const sum = addDecimals(rows.map(({ tax }) => text(tax, 'valorRetenido')))
  return {
    party: pairsBlock('Sujeto retenido', [
      ...person(info, 'SujetoRetenido'),
      ['Fecha de emisión', text(info, 'fechaEmision')],
      ['Período fiscal', text(info, 'periodoFiscal')],
    ]),
    body: filledBlocks([
      withheldTable(rows, text(info, 'periodoFiscal')),
      supportTable(content),
      ...documents.flatMap((one) => reimbursements(one, list(one, 'reembolsos'))),
    ]),
    totals: rows.length === 0 ? [] : grandTotal('Total retenido', sum),
  }
}
