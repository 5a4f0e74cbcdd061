import { parseAmount } from '../../values/money.ts'
import { FINAL_CONSUMER, isRuc } from '../../values/tax-id.ts'
import type { ReceiptDocument } from '../documents/document.ts'
import { type Problem, problem } from '../messages.ts'
import { printedRecipient } from '../recipients.ts'

/** Above this nobody may stay unnamed: USD 50,00. */
export const FINAL_CONSUMER_CENTS_MAX = 5000

/** The element that holds the recipient's identification. */
const FIELDS = {
  invoice: 'infoFactura.identificacionComprador',
  'purchase-settlement': 'infoLiquidacionCompra.identificacionProveedor',
  'credit-note': 'infoNotaCredito.identificacionComprador',
  'debit-note': 'infoNotaDebito.identificacionComprador',
  withholding: 'infoCompRetencion.identificacionSujetoRetenido',
} as const

/** Whether type and number of the recipient agree, and whether there may be none (error 69). */
export function checkRecipient(document: ReceiptDocument): Problem[] {
  if (document.kind === 'delivery-note') return []
  const { type, id = '' } = printedRecipient(document)
  const field = FIELDS[document.kind]
  if (type === '07' || id === FINAL_CONSUMER) return checkFinalConsumer(document, type, id, field)
  const expected =
    type === '04' && !isRuc(id)
      ? 'un RUC de 13 dígitos terminado en 001'
      : type === '05' && !/^\d{10}$/.test(id)
        ? 'una cédula de 10 dígitos'
        : null
  return expected === null ? [] : [problem('id-form', field, { expected, value: id })]
}

function checkFinalConsumer(
  document: Exclude<ReceiptDocument, { kind: 'delivery-note' }>,
  type: string | undefined,
  id: string,
  field: string,
): Problem[] {
  const problems: Problem[] = []
  if (document.kind !== 'invoice') problems.push(problem('final-consumer-forbidden', field))
  else {
    const total = parseAmount(document.content.infoFactura?.importeTotal ?? '') ?? 0
    if (total > FINAL_CONSUMER_CENTS_MAX) problems.push(problem('final-consumer-limit', field))
  }
  if (type !== '07' || id !== FINAL_CONSUMER) {
    const expected = `tipo 07 con el número ${FINAL_CONSUMER}`
    problems.push(problem('id-form', field, { expected, value: `${type ?? ''} ${id}` }))
  }
  return problems
}
