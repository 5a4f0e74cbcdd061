/** The six kinds of electronic receipt that the SRI authorises («comprobantes electrónicos»). */
export type DocumentKind =
  | 'invoice'
  | 'purchase-settlement'
  | 'credit-note'
  | 'debit-note'
  | 'delivery-note'
  | 'withholding'

export interface DocumentKindFacts {
  readonly kind: DocumentKind
  /** `codDoc` in the document and positions 9 and 10 of the access key. */
  readonly code: string
  /** The root element of its XML. */
  readonly root: string
  readonly versions: readonly string[]
  readonly name: string
  readonly plural: string
  /** What a short line has room for: «NC». */
  readonly shortName: string
  /** How URLs say it. */
  readonly slug: string
  /** For sentences: «la factura», «el comprobante de retención». */
  readonly article: 'la' | 'el'
}

/** Every kind, in the order of its code. */
export const documentKinds: readonly DocumentKindFacts[] = [
  {
    kind: 'invoice',
    code: '01',
    root: 'factura',
    versions: ['1.0.0', '1.1.0', '2.0.0', '2.1.0'],
    name: 'Factura',
    plural: 'Facturas',
    shortName: 'Factura',
    slug: 'factura',
    article: 'la',
  },
  {
    kind: 'purchase-settlement',
    code: '03',
    root: 'liquidacionCompra',
    versions: ['1.0.0', '1.1.0'],
    name: 'Liquidación de compra',
    plural: 'Liquidaciones de compra',
    shortName: 'Liquidación',
    slug: 'liquidacion',
    article: 'la',
  },
  {
    kind: 'credit-note',
    code: '04',
    root: 'notaCredito',
    versions: ['1.0.0', '1.1.0'],
    name: 'Nota de crédito',
    plural: 'Notas de crédito',
    shortName: 'N. crédito',
    slug: 'nota-credito',
    article: 'la',
  },
  {
    kind: 'debit-note',
    code: '05',
    root: 'notaDebito',
    versions: ['1.0.0'],
    name: 'Nota de débito',
    plural: 'Notas de débito',
    shortName: 'N. débito',
    slug: 'nota-debito',
    article: 'la',
  },
  {
    kind: 'delivery-note',
    code: '06',
    root: 'guiaRemision',
    versions: ['1.0.0', '1.1.0'],
    name: 'Guía de remisión',
    plural: 'Guías de remisión',
    shortName: 'Guía',
    slug: 'guia',
    article: 'la',
  },
  {
    kind: 'withholding',
    code: '07',
    root: 'comprobanteRetencion',
    versions: ['1.0.0', '2.0.0'],
    name: 'Comprobante de retención',
    plural: 'Comprobantes de retención',
    shortName: 'Retención',
    slug: 'retencion',
    article: 'el',
  },
]

const byKind = new Map(documentKinds.map((facts) => [facts.kind, facts]))
const byCode = new Map(documentKinds.map((facts) => [facts.code, facts]))
const byRoot = new Map(documentKinds.map((facts) => [facts.root, facts]))
const bySlug = new Map(documentKinds.map((facts) => [facts.slug, facts]))

export function kindFacts(kind: DocumentKind): DocumentKindFacts {
  const facts = byKind.get(kind)
  if (facts === undefined) throw new Error(`Unknown kind of document: ${kind}`)
  return facts
}

export function kindOfCode(code: string): DocumentKindFacts | null {
  return byCode.get(code) ?? null
}

export function kindOfRoot(root: string): DocumentKindFacts | null {
  return byRoot.get(root) ?? null
}

export function kindOfSlug(slug: string): DocumentKindFacts | null {
  return bySlug.get(slug) ?? null
}
