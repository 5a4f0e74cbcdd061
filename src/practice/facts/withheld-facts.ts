import type { WithholdingContent } from '../../sri/documents/document.ts'
import { chargedLine, taxesOf, withheldOf } from '../../sri/taxes.ts'
import { parseSriDate } from '../../values/day.ts'
import { parseDocumentNumber } from '../../values/document-number.ts'
import type { RelatedDocument, SupportFacts, WithheldFacts } from './receipt-facts.ts'

/** Every tax withheld with the document that it was withheld from, in both versions. */
export function withheldFacts(content: WithholdingContent): WithheldFacts[] {
  const lines = taxesOf({ kind: 'withholding', version: '', content })
  const supports = supportOfEach(content)
  return lines.map((line, at) => ({ ...line, support: relatedOf(supports[at]) }))
}

/** The sales that a withholding 2.0.0 describes; 1.0.0 only names them. */
export function supportsOf({ docsSustento = [] }: WithholdingContent): SupportFacts[] {
  return docsSustento.map((support) => ({
    document: relatedOf(support),
    taxes: (support.impuestosDocSustento ?? []).map((tax) =>
      chargedLine({
        ...(tax.codImpuestoDocSustento === undefined ? {} : { codigo: tax.codImpuestoDocSustento }),
        ...(tax.codigoPorcentaje === undefined ? {} : { codigoPorcentaje: tax.codigoPorcentaje }),
        ...(tax.baseImponible === undefined ? {} : { baseImponible: tax.baseImponible }),
        ...(tax.tarifa === undefined ? {} : { tarifa: tax.tarifa }),
        ...(tax.valorImpuesto === undefined ? {} : { valor: tax.valorImpuesto }),
      }),
    ),
  }))
}

interface PrintedSupport {
  codDocSustento?: string
  numDocSustento?: string
  fechaEmisionDocSustento?: string
}

/** In the order of `withheldOf`: the flat lines first, then those under each document. */
function supportOfEach(content: WithholdingContent): (PrintedSupport | undefined)[] {
  const flat: PrintedSupport[] = content.impuestos ?? []
  const nested = (content.docsSustento ?? []).flatMap((support) =>
    (support.retenciones ?? []).map((): PrintedSupport => support),
  )
  const all = [...flat, ...nested]
  if (all.length !== withheldOf(content).length) throw new Error('Withholdings without a support')
  return all
}

/** Banks that withhold from vouchers fill the number with zeros: that names no document. */
function relatedOf(printed: PrintedSupport | undefined): RelatedDocument {
  const number = printed?.numDocSustento ?? ''
  return {
    code: printed?.codDocSustento ?? '',
    number: /[1-9]/.test(number) ? parseDocumentNumber(number) : null,
    issuedOn: parseSriDate(printed?.fechaEmisionDocSustento ?? ''),
  }
}
