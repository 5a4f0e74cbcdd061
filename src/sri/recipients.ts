import {
  canonicalTaxId,
  FINAL_CONSUMER,
  isCedula,
  isRuc,
  type TaxIdKind,
} from '../values/tax-id.ts'
import type { ReceiptDocument } from './documents/document.ts'
import { oneLine } from './one-line.ts'

export interface Recipient {
  readonly idKind: TaxIdKind
  /** Canonical; null when what is printed cannot be an identification. */
  readonly id: string | null
  readonly name: string
  readonly role: 'recipient' | 'carrier'
}

/**
 * Whom a document is addressed to, under a different name in each kind. A guía has several, and
 * names its carrier, to whom nothing belongs. Consumidor final is nobody.
 */
export function recipientsOf(document: ReceiptDocument): Recipient[] {
  return document.kind === 'delivery-note' ? ofDeliveryNote(document) : ofOther(document)
}

function ofOther(document: Exclude<ReceiptDocument, { kind: 'delivery-note' }>): Recipient[] {
  const printed = printedRecipient(document)
  return isNobody(printed) ? [] : [recipient(printed, 'recipient')]
}

interface PrintedRecipient {
  readonly type: string | undefined
  readonly id: string | undefined
  readonly name: string | undefined
}

/** Type, number and name as printed; a guía prints several and is not asked here. */
export function printedRecipient(
  document: Exclude<ReceiptDocument, { kind: 'delivery-note' }>,
): PrintedRecipient {
  switch (document.kind) {
    case 'invoice':
      return ofBuyer(document.content.infoFactura)
    case 'credit-note':
      return ofBuyer(document.content.infoNotaCredito)
    case 'debit-note':
      return ofBuyer(document.content.infoNotaDebito)
    case 'purchase-settlement': {
      const info = document.content.infoLiquidacionCompra
      return {
        type: info?.tipoIdentificacionProveedor,
        id: info?.identificacionProveedor,
        name: info?.razonSocialProveedor,
      }
    }
    case 'withholding': {
      const info = document.content.infoCompRetencion
      return {
        type: info?.tipoIdentificacionSujetoRetenido,
        id: info?.identificacionSujetoRetenido,
        name: info?.razonSocialSujetoRetenido,
      }
    }
  }
}

interface Buyer {
  tipoIdentificacionComprador?: string
  identificacionComprador?: string
  razonSocialComprador?: string
}

function ofBuyer(info: Buyer | undefined): PrintedRecipient {
  return {
    type: info?.tipoIdentificacionComprador,
    id: info?.identificacionComprador,
    name: info?.razonSocialComprador,
  }
}

function ofDeliveryNote(document: Extract<ReceiptDocument, { kind: 'delivery-note' }>) {
  const { infoGuiaRemision: info, destinatarios = [] } = document.content
  const recipients = destinatarios
    .map((one) => ({
      type: undefined,
      id: one.identificacionDestinatario,
      name: one.razonSocialDestinatario,
    }))
    .filter((printed) => !isNobody(printed))
    .map((printed) => recipient(printed, 'recipient'))
  const carrier: PrintedRecipient = {
    type: info?.tipoIdentificacionTransportista,
    id: info?.rucTransportista,
    name: info?.razonSocialTransportista,
  }
  if (isNobody(carrier)) return withoutDoubles(recipients)
  return withoutDoubles([...recipients, recipient(carrier, 'carrier')])
}

/** Two deliveries to one person are one recipient. */
function withoutDoubles(recipients: readonly Recipient[]): Recipient[] {
  const seen = new Set<string>()
  return recipients.filter((one) => {
    if (one.id === null) return true
    const mark = `${one.role} ${one.id}`
    if (seen.has(mark)) return false
    seen.add(mark)
    return true
  })
}

function isNobody({ type, id }: PrintedRecipient): boolean {
  const number = (id ?? '').trim()
  return number === '' || type === '07' || /^9{10,13}$/.test(number)
}

function recipient(printed: PrintedRecipient, role: Recipient['role']): Recipient {
  const id = canonicalTaxId(printed.id ?? '')
  return { idKind: idKindOf(id ?? '', printed.type), id, name: oneLine(printed.name ?? ''), role }
}

const KINDS: ReadonlyMap<string, TaxIdKind> = new Map([
  ['04', 'ruc'],
  ['05', 'cedula'],
  ['06', 'passport'],
  ['07', 'final-consumer'],
  ['08', 'foreign'],
])

/**
 * By the number first, because real documents send a RUC as a cédula; but what is printed as a
 * passport or a foreign number stays one: a tenth of the ten-digit numbers of a neighbour country
 * pass for the cédula of somebody else.
 */
function idKindOf(id: string, type: string | undefined): TaxIdKind {
  if (id === FINAL_CONSUMER) return 'final-consumer'
  const printed = KINDS.get(type ?? '')
  if (printed === 'passport' || printed === 'foreign') return printed
  if (isRuc(id)) return 'ruc'
  if (isCedula(id)) return 'cedula'
  return printed ?? 'foreign'
}
