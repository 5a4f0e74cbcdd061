import type { DocumentKind } from '../sri/kinds.ts'
import { describeAside } from './description/describe-aside.ts'
import { describeDebitNote } from './description/describe-debit-note.ts'
import { describeDeliveryNote } from './description/describe-delivery-note.ts'
import {
  describeAuthorization,
  describeHeader,
  describeIssuer,
} from './description/describe-issuer.ts'
import {
  describeCreditNote,
  describeInvoice,
  describePurchaseSettlement,
} from './description/describe-sale.ts'
import { describeWithholding } from './description/describe-withholding.ts'
import type { Group } from './description/fields.ts'
import { group, list, text } from './description/fields.ts'
import type { Authorization, KindParts, Pair, RideSheet } from './sheet.ts'

interface KindOnPaper {
  readonly name: string
  /** The group that holds what is particular to the kind. */
  readonly info: string
  readonly describe: (info: Group, content: Group) => KindParts
}

const KINDS: Readonly<Record<DocumentKind, KindOnPaper>> = {
  invoice: { name: 'Factura', info: 'infoFactura', describe: describeInvoice },
  'purchase-settlement': {
    name: 'Liquidación de compra de bienes y prestación de servicios',
    info: 'infoLiquidacionCompra',
    describe: describePurchaseSettlement,
  },
  'credit-note': {
    name: 'Nota de crédito',
    info: 'infoNotaCredito',
    describe: describeCreditNote,
  },
  'debit-note': { name: 'Nota de débito', info: 'infoNotaDebito', describe: describeDebitNote },
  'delivery-note': {
    name: 'Guía de remisión',
    info: 'infoGuiaRemision',
    describe: describeDeliveryNote,
  },
  withholding: {
    name: 'Comprobante de retención',
    info: 'infoCompRetencion',
    describe: describeWithholding,
  },
}

const SRI_DAY = /^(\d{2})\/(\d{2})\/(\d{4})$/

function isoDay(text: string): string | null {
  const match = SRI_DAY.exec(text)
  return match === null ? null : `${match[3]}-${match[2]}-${match[1]}`
}

function documentNumber(tax: Group): string {
  return [text(tax, 'estab'), text(tax, 'ptoEmi'), text(tax, 'secuencial')]
    .filter((part) => part !== '')
    .join('-')
}

function additionalPairs(content: Group): readonly Pair[] {
  return list(content, 'infoAdicional').map((field) => ({
    label: text(field, 'nombre'),
    value: text(field, 'valor'),
  }))
}

function environmentOf(code: string): RideSheet['environment'] {
  if (code === '1') return 'test'
  return code === '2' ? 'production' : null
}

const KEY = /^\d{49}$/

/** The key as printed; where that is damaged, the number of the authorisation, which is the key. */
function keyOf(printed: string, number: string | null): string {
  return !KEY.test(printed) && number !== null && KEY.test(number) ? number : printed
}

/**
 * Everything that is printed of a document: the model of the PDF and of the page on screen.
 *
 * Nothing is demanded of the document: what it lacks is left out, and amounts are printed as the
 * issuer wrote them, never added up again (a withholding has no total of its own, so that one is
 * the sum of its lines). Contents follow Anexo 2 of the ficha técnica.
 */
export function describeReceipt(
  document: { readonly kind: DocumentKind; readonly version: string; readonly content: object },
  authorization: Authorization,
): RideSheet {
  const kind = KINDS[document.kind]
  const content = document.content as Group
  const tax = group(content, 'infoTributaria')
  const info = group(content, kind.info)
  const parts = kind.describe(info, content)
  const environment = environmentOf(text(tax, 'ambiente'))
  const printed = describeAuthorization(authorization)
  const accessKey = keyOf(text(tax, 'claveAcceso'), authorization.number)
  return {
    kind: document.kind,
    version: document.version,
    environment,
    name: kind.name,
    number: documentNumber(tax),
    accessKey,
    issuedOn: isoDay(text(info, 'fechaEmision') || text(info, 'fechaIniTransporte')),
    authorization: printed,
    issuer: describeIssuer(tax, info),
    header: describeHeader({ tax, accessKey, authorization: printed }),
    party: parts.party,
    body: parts.body,
    aside: describeAside(info, content),
    totals: parts.totals,
    additional: additionalPairs(content),
    stamp: environment === 'test' ? 'PRUEBAS · SIN VALIDEZ TRIBUTARIA' : null,
  }
}
