import type { ReceiptDocument } from '../../sri/documents/document.ts'
import { oneLine } from '../../sri/one-line.ts'
import { printedRecipient } from '../../sri/recipients.ts'
import { chargedLine, taxesOf } from '../../sri/taxes.ts'
import { parseSriDate } from '../../values/day.ts'
import { parseDocumentNumber } from '../../values/document-number.ts'
import { addUp, type Cents, parseAmount } from '../../values/money.ts'
import { canonicalTaxId } from '../../values/tax-id.ts'
import type { DocumentFacts, LineFacts, RelatedDocument } from './receipt-facts.ts'
import { supportsOf, withheldFacts } from './withheld-facts.ts'

/** Puts what a document says into the one shape of all six kinds. */
export function factsOf(document: ReceiptDocument): DocumentFacts {
  const recipient =
    document.kind === 'delivery-note' ? carriedTo(document.content) : printedRecipient(document)
  return {
    issuerId: document.content.infoTributaria?.ruc ?? '',
    recipientIdType: recipient.type ?? '',
    recipientId: canonicalTaxId(recipient.id ?? '') ?? '',
    recipientName: oneLine(recipient.name ?? ''),
    ...NOTHING,
    taxes: document.kind === 'withholding' ? [] : taxesOf(document),
    ...factsByKind(document),
  }
}

const NOTHING = {
  net: null,
  discount: null,
  tip: null,
  lines: [],
  payments: [],
  modified: null,
  reason: '',
  withheld: [],
  supports: [],
  fiscalPeriod: '',
  reimbursedBase: null,
} satisfies Partial<DocumentFacts>

function factsByKind(document: ReceiptDocument): Partial<DocumentFacts> {
  switch (document.kind) {
    case 'invoice': {
      const { infoFactura: info, detalles, reembolsos } = document.content
      const sold = { ...saleOf(info), lines: linesOf(detalles), tip: amount(info?.propina) }
      return { ...sold, reimbursedBase: reimbursed(reembolsos) }
    }
    case 'purchase-settlement': {
      const { infoLiquidacionCompra: info, detalles, reembolsos } = document.content
      return { ...saleOf(info), lines: linesOf(detalles), reimbursedBase: reimbursed(reembolsos) }
    }
    case 'credit-note': {
      const { infoNotaCredito: info, detalles } = document.content
      const noted = { modified: modifiedOf(info), reason: oneLine(info?.motivo ?? '') }
      return { ...noted, net: amount(info?.totalSinImpuestos), lines: linesOf(detalles) }
    }
    case 'debit-note': {
      const { infoNotaDebito: info, motivos = [] } = document.content
      const lines = motivos.map(({ razon, valor }) => reasonLine(razon, valor))
      const reason = lines.map(({ description }) => description).join('; ')
      return { ...saleOf(info), lines, modified: modifiedOf(info), reason }
    }
    case 'withholding': {
      const { infoCompRetencion: info } = document.content
      const withheld = withheldFacts(document.content)
      const fiscalPeriod = info?.periodoFiscal ?? ''
      return { withheld, supports: supportsOf(document.content), fiscalPeriod }
    }
    case 'delivery-note': {
      const items = (document.content.destinatarios ?? []).flatMap((one) => one.detalles ?? [])
      return { lines: linesOf(items) }
    }
  }
}

type DeliveryNote = Extract<ReceiptDocument, { kind: 'delivery-note' }>['content']

/** A guía may have several; the first stands for it, and its type of number is not printed. */
function carriedTo({ destinatarios = [] }: DeliveryNote) {
  const [first] = destinatarios
  return {
    type: undefined,
    id: first?.identificacionDestinatario,
    name: first?.razonSocialDestinatario,
  }
}

interface Sale {
  totalSinImpuestos?: string
  totalDescuento?: string
  pagos?: { formaPago?: string; total?: string }[]
}

function saleOf(info: Sale | undefined): Partial<DocumentFacts> {
  const payments = (info?.pagos ?? []).map(({ formaPago, total }) => ({
    form: formaPago ?? '',
    total: amount(total),
  }))
  return {
    net: amount(info?.totalSinImpuestos),
    discount: amount(info?.totalDescuento),
    payments,
  }
}

interface Modified {
  codDocModificado?: string
  numDocModificado?: string
  fechaEmisionDocSustento?: string
}

function modifiedOf(info: Modified | undefined): RelatedDocument {
  return {
    code: info?.codDocModificado ?? '',
    number: parseDocumentNumber(info?.numDocModificado ?? ''),
    issuedOn: parseSriDate(info?.fechaEmisionDocSustento ?? ''),
  }
}

interface Item {
  codigoPrincipal?: string
  codigoInterno?: string
  descripcion?: string
  cantidad?: string
  precioUnitario?: string
  descuento?: string
  precioTotalSinImpuesto?: string
  impuestos?: Parameters<typeof chargedLine>[0][]
}

function linesOf(items: readonly Item[] | undefined): LineFacts[] {
  return (items ?? []).map((item) => ({
    code: item.codigoPrincipal ?? item.codigoInterno ?? '',
    description: oneLine(item.descripcion ?? ''),
    quantity: item.cantidad ?? '',
    unitPrice: item.precioUnitario ?? '',
    discount: amount(item.descuento),
    net: amount(item.precioTotalSinImpuesto),
    taxes: (item.impuestos ?? []).map((tax) => chargedLine(tax)),
  }))
}

function reasonLine(reason: string | undefined, value: string | undefined): LineFacts {
  const net = amount(value)
  const description = oneLine(reason ?? '')
  return {
    code: '',
    description,
    quantity: '1',
    unitPrice: value ?? '',
    discount: null,
    net,
    taxes: [],
  }
}

interface Reimbursement {
  detalleImpuestos?: { baseImponibleReembolso?: string }[]
}

function reimbursed(all: readonly Reimbursement[] | undefined): Cents | null {
  const bases = (all ?? []).flatMap((one) => one.detalleImpuestos ?? [])
  return bases.length === 0 ? null : addUp(bases.map((tax) => amount(tax.baseImponibleReembolso)))
}

function amount(printed: string | undefined): Cents | null {
  return printed === undefined ? null : parseAmount(printed)
}
