import { kindFacts } from '../../sri/kinds.ts'
import { printSriDate } from '../../values/day.ts'
import { type Cents, cents } from '../../values/money.ts'
import { isCedula, isRuc } from '../../values/tax-id.ts'
import { charged, type IvaBase, ivaBase } from '../exports/receipt-columns.ts'
import type { DocumentFacts, ReceiptFacts, RelatedDocument } from '../facts/receipt-facts.ts'
import { type AtsElement, atsAmount, atsName, fitsAts } from './ats-text.ts'

/** What stands in the annex because no document says it; LEEME lists them. */
export const ATS_DEFAULTS = {
  taxCredit: '01',
  cost: '02',
  related: 'NO',
  modifiedAuthorization: '9999999999',
} as const

/** Why a receipt is no `detalleCompras`, to follow «No incluye 2 comprobantes»; or the element. */
export type Purchase =
  | { readonly ok: true; readonly elements: readonly AtsElement[] }
  | { readonly ok: false; readonly reason: string }

const [RUC, CEDULA, PASSPORT] = ['01', '02', '03']
const ZERO = '0.00'

/** A purchase of whoever declares, as the annex wants it. */
export function purchaseOf(facts: ReceiptFacts, document: DocumentFacts): Purchase {
  const provider = providerOf(facts, document)
  if (provider === null) {
    return { ok: false, reason: 'cuyo proveedor no tiene una identificación que el ATS admita' }
  }
  const [establishment = '', point = '', sequence = ''] = facts.number.split('-')
  if (!/[1-9]/.test(sequence)) return { ok: false, reason: 'con secuencial cero' }
  const amounts = amountsOf(facts)
  if (!fitsAts(Object.values(amounts))) {
    return { ok: false, reason: 'con valores que el ATS no admite' }
  }
  const day = printSriDate(facts.issuedOn)
  const elements: AtsElement[] = [
    ['codSustento', amounts.iva > 0 ? ATS_DEFAULTS.taxCredit : ATS_DEFAULTS.cost],
    ['tpIdProv', provider.type],
    ['idProv', provider.id],
    ['tipoComprobante', kindFacts(facts.kind).code],
    // Only a provider without a RUC is described further.
    ...(provider.type === PASSPORT
      ? ([
          ['tipoProv', '01'],
          ['denoProv', atsName(document.recipientName)],
        ] as const)
      : []),
    ['parteRel', ATS_DEFAULTS.related],
    ['fechaRegistro', day],
    ['establecimiento', establishment],
    ['puntoEmision', point],
    ['secuencial', sequence],
    ['fechaEmision', day],
    ['autorizacion', authorizationOf(facts)],
    ['baseNoGraIva', atsAmount(amounts.notSubject)],
    ['baseImponible', atsAmount(amounts.zero)],
    ['baseImpGrav', atsAmount(amounts.taxed)],
    ['baseImpExe', atsAmount(amounts.exempt)],
    ['montoIce', atsAmount(amounts.ice)],
    ['montoIva', atsAmount(amounts.iva)],
    ...WITHHELD_BY_BUYER,
    ['totbasesImpReemb', atsAmount(amounts.reimbursed)],
    ['pagoExterior', PAID_HERE],
    ...paymentElements(document),
    ...modifiedElements(document.modified),
  ]
  return { ok: true, elements }
}

/** What the buyer withheld stands in withholdings of their own, which are not here. */
const WITHHELD_BY_BUYER: readonly AtsElement[] = [
  ['valRetBien10', ZERO],
  ['valRetServ20', ZERO],
  ['valorRetBienes', ZERO],
  ['valRetServ50', ZERO],
  ['valorRetServicios', ZERO],
  ['valRetServ100', ZERO],
]

const PAID_HERE: readonly AtsElement[] = [
  ['pagoLocExt', '01'],
  ['paisEfecPago', 'NA'],
  ['aplicConvDobTrib', 'NA'],
  ['pagExtSujRetNorLeg', 'NA'],
]

/** Who sold: the issuer, but of a liquidación, which the buyer issues, the one it names. */
function providerOf(facts: ReceiptFacts, document: DocumentFacts) {
  if (facts.kind !== 'purchase-settlement') {
    return isRuc(facts.issuerRuc) ? { type: RUC, id: facts.issuerRuc } : null
  }
  const id = document.recipientId
  if (document.recipientIdType === '04' && isRuc(id)) return { type: RUC, id }
  if (document.recipientIdType === '05' && isCedula(id)) return { type: CEDULA, id }
  const plain = id.replaceAll(/[^0-9A-Z]/g, '')
  return plain.length >= 3 && plain.length <= 13 ? { type: PASSPORT, id: plain } : null
}

interface PurchaseAmounts {
  readonly notSubject: Cents
  readonly zero: Cents
  readonly taxed: Cents
  readonly exempt: Cents
  readonly ice: Cents
  readonly iva: Cents
  readonly reimbursed: Cents
}

function amountsOf(facts: ReceiptFacts): PurchaseAmounts {
  const base = (kind: IvaBase) => ivaBase(facts, kind) ?? cents(0)
  return {
    notSubject: base('not-subject'),
    zero: base('zero'),
    taxed: base('taxed'),
    exempt: base('exempt'),
    ice: charged(facts, 'ice') ?? cents(0),
    iva: charged(facts, 'iva') ?? cents(0),
    reimbursed: facts.document?.reimbursedBase ?? cents(0),
  }
}

function authorizationOf({ authorizationNumber, accessKey }: ReceiptFacts): string {
  const number = authorizationNumber ?? ''
  return /^\d{3,49}$/.test(number) ? number : accessKey
}

const PAYMENTS_MAX = 20

/** Forms of payment as the document prints them; notas de crédito have none. */
function paymentElements({ payments }: DocumentFacts): AtsElement[] {
  const forms = [...new Set(payments.map(({ form }) => form))].filter((form) =>
    /^\d{2}$/.test(form),
  )
  if (forms.length === 0) return []
  return [
    ['formasDePago', forms.slice(0, PAYMENTS_MAX).map((form): AtsElement => ['formaPago', form])],
  ]
}

function modifiedElements(modified: RelatedDocument | null): AtsElement[] {
  if (modified === null || modified.number === null) return []
  const [establishment = '', point = '', sequence = ''] = modified.number.split('-')
  return [
    ['docModificado', /^\d{2,3}$/.test(modified.code) ? modified.code : '01'],
    ['estabModificado', establishment],
    ['ptoEmiModificado', point],
    ['secModificado', sequence],
    ['autModificado', ATS_DEFAULTS.modifiedAuthorization],
  ]
}
