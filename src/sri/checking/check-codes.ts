import { supportDocuments, supportReasons } from '../catalogues/catalogue-support.ts'
import { ivaWithholdings, paymentForms } from '../catalogues/catalogues.ts'
import type { ReceiptDocument, WithholdingContent } from '../documents/document.ts'
import { type Problem, problem } from '../messages.ts'

/** Documents that a credit or debit note may change. */
const CHANGEABLE = new Set(['01', '03', '04', '05', '06', '07'])

/** Codes that the SRI's tables do not have. Income tax is left out: its table changes too often. */
export function checkCodes(document: ReceiptDocument): Problem[] {
  switch (document.kind) {
    case 'invoice':
      return checkPayments(document.content.infoFactura?.pagos, 'infoFactura.pagos')
    case 'purchase-settlement':
      return checkPayments(
        document.content.infoLiquidacionCompra?.pagos,
        'infoLiquidacionCompra.pagos',
      )
    case 'credit-note': {
      const code = document.content.infoNotaCredito?.codDocModificado
      return checkCode(code, CHANGEABLE, 'infoNotaCredito.codDocModificado')
    }
    case 'debit-note': {
      const info = document.content.infoNotaDebito
      return [
        ...checkCode(info?.codDocModificado, CHANGEABLE, 'infoNotaDebito.codDocModificado'),
        ...checkPayments(info?.pagos, 'infoNotaDebito.pagos'),
      ]
    }
    case 'withholding':
      return checkWithholding(document.content)
    case 'delivery-note':
      return (document.content.destinatarios ?? []).flatMap((one, at) =>
        checkCode(one.codDocSustento, supportDocuments, `destinatarios[${at + 1}].codDocSustento`),
      )
  }
}

function checkWithholding(content: WithholdingContent): Problem[] {
  const problems: Problem[] = []
  for (const [at, line] of (content.impuestos ?? []).entries()) {
    const place = `impuestos[${at + 1}]`
    if (line.codigo !== undefined && !WITHHELD_TAXES.has(line.codigo)) {
      problems.push(problem('unknown-code', `${place}.codigo`, { value: line.codigo }))
    }
    problems.push(...checkIvaCode(line, place))
    problems.push(...checkCode(line.codDocSustento, supportDocuments, `${place}.codDocSustento`))
  }
  for (const [at, support] of (content.docsSustento ?? []).entries()) {
    const place = `docsSustento[${at + 1}]`
    problems.push(...checkCode(support.codSustento, supportReasons, `${place}.codSustento`))
    problems.push(...checkCode(support.codDocSustento, supportDocuments, `${place}.codDocSustento`))
    for (const [line, withheld] of (support.retenciones ?? []).entries()) {
      problems.push(...checkIvaCode(withheld, `${place}.retenciones[${line + 1}]`))
    }
    problems.push(...checkPayments(support.pagos, `${place}.pagos`))
  }
  return problems
}

const WITHHELD_TAXES = new Set(['1', '2', '4', '6'])

function checkIvaCode(
  line: { codigo?: string; codigoRetencion?: string },
  place: string,
): Problem[] {
  if (line.codigo !== '2') return []
  return checkCode(line.codigoRetencion, ivaWithholdings, `${place}.codigoRetencion`)
}

function checkPayments(
  payments: readonly { formaPago?: string }[] | undefined,
  place: string,
): Problem[] {
  return (payments ?? []).flatMap((payment, at) =>
    checkCode(payment.formaPago, paymentForms, `${place}[${at + 1}].formaPago`),
  )
}

function checkCode(
  code: string | undefined,
  known: { has(code: string): boolean },
  field: string,
): Problem[] {
  return code === undefined || known.has(code)
    ? []
    : [problem('unknown-code', field, { value: code })]
}
