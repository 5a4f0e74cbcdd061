import { type Day, parseSriDate } from '../values/day.ts'
import { type DocumentNumber, formatDocumentNumber } from '../values/document-number.ts'
import { parseEmail } from '../values/email-address.ts'
import { addUp, type Cents, parseAmount } from '../values/money.ts'
import { type AccessKey, accessKeyDay, type Environment, environmentOf } from './access-key.ts'
import { conceptOf } from './concept.ts'
import type { ReceiptDocument, TaxInfo } from './documents/document.ts'
import type { NamedValue } from './documents/model.ts'
import type { DocumentKind } from './kinds.ts'
import { oneLine } from './one-line.ts'
import { type Recipient, recipientsOf } from './recipients.ts'
import { type TaxLine, taxesOf, withheldOf } from './taxes.ts'

/** What lists, searches and mails need of a receipt. Amounts stand as printed, never re-added. */
export interface ReceiptSummary {
  readonly kind: DocumentKind
  readonly version: string
  readonly environment: Environment
  readonly issuer: { readonly ruc: string; readonly name: string }
  readonly number: DocumentNumber
  readonly issuedOn: Day
  /** Whose the receipt is; empty for consumidor final. A carrier is named but owns nothing. */
  readonly recipients: readonly Recipient[]
  /** What is paid; the sum withheld of a withholding, the only total added up; null for a guía. */
  readonly totalCents: Cents | null
  /** In Spanish, at most 160 characters. */
  readonly concept: string
  readonly taxes: readonly TaxLine[]
  readonly email: string | null
}

/**
 * Sums up a document.
 *
 * @param key 49 digits; stands in for what the document itself does not say.
 * @returns null when neither the document nor its key names a day of the calendar.
 */
export function summarize(document: ReceiptDocument, key: AccessKey): ReceiptSummary | null {
  const issuedOn = issuedOnOf(document) ?? accessKeyDay(key)
  if (issuedOn === null) return null
  const info = document.content.infoTributaria ?? {}
  return {
    kind: document.kind,
    version: document.version,
    environment: environmentOf(info.ambiente ?? key.slice(23, 24)) ?? 'production',
    issuer: { ruc: info.ruc ?? key.slice(10, 23), name: oneLine(info.razonSocial ?? '') },
    number: numberOf(info, key),
    issuedOn,
    recipients: recipientsOf(document),
    totalCents: addable(totalOf(document)),
    concept: conceptOf(document),
    // Few ask for these, and they cost as much as all the rest.
    get taxes() {
      return taxesOf(document)
    },
    get email() {
      return emailOf(document.content.infoAdicional ?? [])
    },
  }
}

/** The day printed in the document; a guía prints none, its key holds the only one. */
export function issuedOnOf(document: ReceiptDocument): Day | null {
  const printed = printedIssueDate(document)
  return printed === undefined ? null : parseSriDate(printed)
}

/** `fechaEmision` as printed, wherever the kind keeps it. */
export function printedIssueDate(document: ReceiptDocument): string | undefined {
  switch (document.kind) {
    case 'invoice':
      return document.content.infoFactura?.fechaEmision
    case 'purchase-settlement':
      return document.content.infoLiquidacionCompra?.fechaEmision
    case 'credit-note':
      return document.content.infoNotaCredito?.fechaEmision
    case 'debit-note':
      return document.content.infoNotaDebito?.fechaEmision
    case 'withholding':
      return document.content.infoCompRetencion?.fechaEmision
    case 'delivery-note':
      return undefined
  }
}

/** USD 900 million: far above any receipt, and a hundred thousand of them still add up exactly. */
const ADDABLE_CENTS_MAX = 90_000_000_000

/** A total that cannot be true is shown as none, rather than spoil every sum it is part of. */
export function addable<Amount extends number>(total: Amount | null): Amount | null {
  return total !== null && Math.abs(total) > ADDABLE_CENTS_MAX ? null : total
}

/** The total as printed; only a withholding prints none and has its lines added. */
export function totalOf(document: ReceiptDocument): Cents | null {
  switch (document.kind) {
    case 'invoice':
      return amountOf(document.content.infoFactura?.importeTotal)
    case 'purchase-settlement':
      return amountOf(document.content.infoLiquidacionCompra?.importeTotal)
    case 'credit-note':
      return amountOf(document.content.infoNotaCredito?.valorModificacion)
    case 'debit-note':
      return amountOf(document.content.infoNotaDebito?.valorTotal)
    case 'withholding':
      return addUp(withheldOf(document.content).map((line) => amountOf(line.valorRetenido)))
    case 'delivery-note':
      return null
  }
}

function amountOf(text: string | undefined): Cents | null {
  return text === undefined ? null : parseAmount(text)
}

function numberOf(info: TaxInfo, key: AccessKey): DocumentNumber {
  const parts = [info.estab, info.ptoEmi, info.secuencial]
  const lengths = [3, 3, 9]
  const usable = parts.every((part, at) => /^\d+$/.test(part ?? '') && part?.length === lengths[at])
  if (!usable) return formatDocumentNumber(key.slice(24, 27), key.slice(27, 30), key.slice(30, 39))
  return formatDocumentNumber(info.estab ?? '', info.ptoEmi ?? '', info.secuencial ?? '')
}

const MAIL_FIELD = /mail|correo/i
const MAIL_TEXT_MAX = 1000

/** The first address in a field of the additional information that is named for mail. */
export function emailOf(fields: readonly NamedValue[]): string | null {
  for (const { nombre, valor } of fields) {
    if (nombre === undefined || valor === undefined || !MAIL_FIELD.test(nombre)) continue
    for (const part of valor.slice(0, MAIL_TEXT_MAX).split(/[\s,;|]+/)) {
      const address = parseEmail(part)
      if (address !== null) return address
    }
  }
  return null
}
