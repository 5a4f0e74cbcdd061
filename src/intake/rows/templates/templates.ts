import type { DocumentKind } from '../../../sri/kinds.ts'
import type { Template } from './column.ts'
import { debitNoteTemplate } from './debit-note-template.ts'
import { deliveryNoteTemplate } from './delivery-note-template.ts'
import {
  creditNoteTemplate,
  invoiceTemplate,
  purchaseSettlementTemplate,
} from './sale-templates.ts'
import { withholdingTemplate } from './withholding-template.ts'

/** One template a kind, in the order of the SRI's codes. */
export const templates: readonly Template[] = [
  invoiceTemplate,
  purchaseSettlementTemplate,
  creditNoteTemplate,
  debitNoteTemplate,
  deliveryNoteTemplate,
  withholdingTemplate,
]

const byKind = new Map(templates.map((template) => [template.kind, template]))

export function templateOf(kind: DocumentKind): Template {
  const template = byKind.get(kind)
  if (template === undefined) throw new Error(`No template for ${kind}`)
  return template
}
