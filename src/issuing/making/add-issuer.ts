import type { ReceiptDocument } from '../../sri/documents/document.ts'
import type { NamedValue } from '../../sri/documents/model.ts'
import { completeDraft, type ReceiptDraft } from '../../sri/draft.ts'
import { type DocumentKind, kindFacts } from '../../sri/kinds.ts'
import type { Issuer, Legends, Numbered } from '../issuer/issuer.ts'

/** What a document needs besides its draft. */
export interface IssuingFacts {
  readonly issuer: Issuer
  /** Of the establishment. */
  readonly address: string
  readonly numbered: Numbered
}

const RIMPE_TEXTS = {
  entrepreneur: 'CONTRIBUYENTE RÉGIMEN RIMPE',
  popular: 'CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE',
} as const

/** A draft with its number, its key and all that the law makes it say of its issuer. */
export function addIssuer(draft: ReceiptDraft, facts: IssuingFacts): ReceiptDocument {
  const { issuer, address, numbered } = facts
  const { legends } = issuer
  const { kind } = draft.document
  const taxInfo = {
    ambiente: numbered.environment === 'production' ? '2' : '1',
    tipoEmision: '1',
    razonSocial: issuer.name,
    ...given('nombreComercial', issuer.tradeName),
    ruc: issuer.ruc,
    claveAcceso: numbered.accessKey,
    codDoc: kindFacts(kind).code,
    estab: numbered.establishment,
    ptoEmi: numbered.point,
    secuencial: String(numbered.sequence).padStart(9, '0'),
    dirMatriz: issuer.address,
    ...given('agenteRetencion', legends.withholdingAgent),
    ...given('contribuyenteRimpe', legends.rimpe && RIMPE_TEXTS[legends.rimpe]),
  }
  return withLegends(
    completeDraft(draft, taxInfo, {
      dirEstablecimiento: address,
      obligadoContabilidad: legends.keepsAccounts ? 'SI' : 'NO',
      ...given('contribuyenteEspecial', legends.specialTaxpayer),
    }),
    legends,
  )
}

function given<Name extends string>(
  name: Name,
  value: string | null,
): Partial<Record<Name, string>> {
  return value === null ? {} : ({ [name]: value } as Record<Name, string>)
}

/** The kinds that name a «gran contribuyente». */
const LARGE_TAXPAYER_KINDS: readonly DocumentKind[] = ['invoice', 'credit-note', 'debit-note']

/**
 * The legends that the SRI wants among the additional fields, behind those of the draft. One that
 * the draft prints already is not printed twice; fifteen is the most there may be, as the check says.
 */
function withLegends(document: ReceiptDocument, legends: Legends): ReceiptDocument {
  const named = [
    LARGE_TAXPAYER_KINDS.includes(document.kind)
      ? { nombre: 'Gran Contribuyente', valor: legends.largeTaxpayer }
      : null,
    { nombre: 'RUC Proveedor', valor: legends.providerRuc },
  ]
  const fields: readonly NamedValue[] = document.content.infoAdicional ?? []
  const there = new Set(fields.map(({ nombre }) => nombre?.trim().toUpperCase()))
  const added = named.flatMap((one) =>
    one === null || one.valor === null || there.has(one.nombre.toUpperCase())
      ? []
      : [{ nombre: one.nombre, valor: one.valor }],
  )
  if (added.length === 0) return document
  const content = { ...document.content, infoAdicional: [...fields, ...added] }
  return { ...document, content } as ReceiptDocument
}
