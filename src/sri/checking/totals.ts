import type { ReceiptDocument } from '../documents/document.ts'
import { chargedOf } from '../taxes.ts'

type Printed = string | undefined

/** The amounts before taxes, as printed: each line and the sum that the document claims. */
interface PrintedNet {
  readonly field: string
  readonly printed: Printed
  readonly lines: readonly Printed[]
}

export function netOf(document: ReceiptDocument): PrintedNet | null {
  switch (document.kind) {
    case 'invoice':
      return {
        field: 'infoFactura.totalSinImpuestos',
        printed: document.content.infoFactura?.totalSinImpuestos,
        lines: (document.content.detalles ?? []).map((line) => line.precioTotalSinImpuesto),
      }
    case 'purchase-settlement':
      return {
        field: 'infoLiquidacionCompra.totalSinImpuestos',
        printed: document.content.infoLiquidacionCompra?.totalSinImpuestos,
        lines: (document.content.detalles ?? []).map((line) => line.precioTotalSinImpuesto),
      }
    case 'credit-note':
      return {
        field: 'infoNotaCredito.totalSinImpuestos',
        printed: document.content.infoNotaCredito?.totalSinImpuestos,
        lines: (document.content.detalles ?? []).map((line) => line.precioTotalSinImpuesto),
      }
    case 'debit-note':
      return {
        field: 'infoNotaDebito.totalSinImpuestos',
        printed: document.content.infoNotaDebito?.totalSinImpuestos,
        lines: (document.content.motivos ?? []).map((reason) => reason.valor),
      }
    default:
      return null
  }
}

/** What a total is made of, as printed. */
interface PrintedTotals {
  readonly field: string
  readonly printed: Printed
  readonly added: readonly Printed[]
  /** Amounts that issuers count in the total or beside it: compensations, refunds, third parties. */
  readonly either: readonly Printed[]
  readonly payments: readonly { readonly total?: string }[]
}

export function totalsOf(document: ReceiptDocument): PrintedTotals | null {
  switch (document.kind) {
    case 'invoice':
      return invoiceTotals(document)
    case 'purchase-settlement': {
      const info = document.content.infoLiquidacionCompra
      return {
        field: 'infoLiquidacionCompra.importeTotal',
        printed: info?.importeTotal,
        added: [info?.totalSinImpuestos, ...taxAmounts(document)],
        either: discounts(document),
        payments: info?.pagos ?? [],
      }
    }
    case 'credit-note': {
      const info = document.content.infoNotaCredito
      return {
        field: 'infoNotaCredito.valorModificacion',
        printed: info?.valorModificacion,
        added: [info?.totalSinImpuestos, ...taxAmounts(document)],
        either: [...compensations(info), ...refunds(info?.totalConImpuestos)],
        payments: [],
      }
    }
    case 'debit-note': {
      const info = document.content.infoNotaDebito
      return {
        field: 'infoNotaDebito.valorTotal',
        printed: info?.valorTotal,
        added: [info?.totalSinImpuestos, ...taxAmounts(document)],
        either: [...compensations(info), ...refunds(info?.impuestos)],
        payments: info?.pagos ?? [],
      }
    }
    default:
      return null
  }
}

function invoiceTotals(document: Extract<ReceiptDocument, { kind: 'invoice' }>): PrintedTotals {
  const { infoFactura: info, otrosRubrosTerceros, retenciones } = document.content
  return {
    field: 'infoFactura.importeTotal',
    printed: info?.importeTotal,
    added: [
      info?.totalSinImpuestos,
      ...taxAmounts(document),
      info?.propina,
      info?.fleteInternacional,
      info?.seguroInternacional,
      info?.gastosAduaneros,
      info?.gastosTransporteOtros,
    ].filter((part) => part !== undefined),
    either: [
      ...compensations(info),
      ...refunds(info?.totalConImpuestos),
      ...discounts(document),
      ...(otrosRubrosTerceros ?? []).map((item) => item.total),
      ...(retenciones ?? []).map((line) => line.valor),
    ].slice(0, EITHER_MAX),
    payments: info?.pagos ?? [],
  }
}

/** Every amount that may count or not doubles the sums to try. */
const EITHER_MAX = 6

function taxAmounts(document: ReceiptDocument): Printed[] {
  return chargedOf(document).map((tax) => tax.valor)
}

function compensations(info: { compensaciones?: { valor?: string }[] } | undefined): Printed[] {
  return (info?.compensaciones ?? []).map((one) => one.valor).slice(0, 2)
}

function refunds(totals: readonly { valorDevolucionIva?: string }[] | undefined): Printed[] {
  return (totals ?? []).map((total) => total.valorDevolucionIva).slice(0, 2)
}

/** Discounts on the whole document, which only invoices and settlements have. */
function discounts(
  document: Extract<ReceiptDocument, { kind: 'invoice' | 'purchase-settlement' }>,
): Printed[] {
  const totals: readonly { descuentoAdicional?: string }[] =
    document.kind === 'invoice'
      ? (document.content.infoFactura?.totalConImpuestos ?? [])
      : (document.content.infoLiquidacionCompra?.totalConImpuestos ?? [])
  return totals.map((total) => total.descuentoAdicional).slice(0, 2)
}
