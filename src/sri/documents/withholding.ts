import {
  choice,
  date,
  decimal,
  digits,
  group,
  list,
  only,
  optional,
  pattern,
  text,
  varying,
} from './model.ts'
import {
  additionalInfo,
  additionalInfoOnOneLine,
  amount,
  fiscalMachine,
  idNumber,
  idType,
  longText,
  paymentForm,
  signedAmount,
  specialTaxpayer,
  taxInfo,
  taxRateCode,
  yesOrNo,
} from './parts.ts'
import { withholdingReimbursements } from './reimbursements.ts'

const FLAT = ['1.0.0']
const BY_DOCUMENT = ['2.0.0']

const info = group({
  fechaEmision: date(),
  dirEstablecimiento: optional(longText()),
  contribuyenteEspecial: varying(optional(specialTaxpayer(13)), {
    '2.0.0': optional(specialTaxpayer(5)),
  }),
  obligadoContabilidad: optional(yesOrNo()),
  tipoIdentificacionSujetoRetenido: idType(),
  tipoSujetoRetenido: only(BY_DOCUMENT, optional(choice('01', '02'))),
  parteRel: only(BY_DOCUMENT, yesOrNo()),
  razonSocialSujetoRetenido: longText(),
  identificacionSujetoRetenido: idNumber(),
  periodoFiscal: varying(pattern(/^[0-9]{2}\/[0-9]{4}$/, 'mes y año, como 11/2026'), {
    '2.0.0': pattern(/^(?:0[1-9]|1[012])\/20[0-9][0-9]$/, 'mes y año, como 11/2026'),
  }),
})

/** 1.0.0: a flat list; each line may name the document it withholds from. */
const flatWithholdings = list(
  'impuesto',
  group({
    codigo: digits(1),
    codigoRetencion: text(1, 5),
    baseImponible: amount(),
    porcentajeRetener: decimal(3, 2),
    valorRetenido: amount(),
    codDocSustento: optional(digits(2)),
    numDocSustento: optional(digits(15)),
    fechaEmisionDocSustento: optional(date()),
  }),
)

const withholdings = list(
  'retencion',
  group({
    codigo: choice('1', '2', '6'),
    codigoRetencion: text(1, 5),
    baseImponible: amount(),
    porcentajeRetener: decimal(3, 2),
    valorRetenido: amount(),
    dividendos: optional(
      group({
        fechaPagoDiv: date(),
        imRentaSoc: amount(),
        ejerFisUtDiv: pattern(/^(?:19|20)[0-9]{2}$/, 'un año, como 2026'),
      }),
    ),
    compraCajBanano: optional(group({ numCajBan: digits(1, 7), precCajBan: amount() })),
  }),
)

/** 2.0.0: each supporting document with its taxes, withholdings, reimbursements and payments. */
const supportingDocuments = list(
  'docSustento',
  group({
    codSustento: digits(2),
    codDocSustento: digits(1, 3),
    numDocSustento: digits(15),
    fechaEmisionDocSustento: date(),
    fechaRegistroContable: optional(date()),
    numAutDocSustento: optional(digits(10, 49)),
    pagoLocExt: choice('01', '02'),
    tipoRegi: optional(digits(2)),
    paisEfecPago: optional(digits(3, 4)),
    aplicConvDobTrib: optional(yesOrNo()),
    pagExtSujRetNorLeg: optional(yesOrNo()),
    pagoRegFis: optional(yesOrNo()),
    totalComprobantesReembolso: optional(signedAmount()),
    totalBaseImponibleReembolso: optional(signedAmount()),
    totalImpuestoReembolso: optional(signedAmount()),
    totalSinImpuestos: signedAmount(),
    importeTotal: amount(),
    impuestosDocSustento: list(
      'impuestoDocSustento',
      group({
        codImpuestoDocSustento: choice('2', '3', '5'),
        codigoPorcentaje: taxRateCode(),
        baseImponible: amount(),
        tarifa: decimal(3, 2),
        valorImpuesto: amount(),
      }),
    ),
    retenciones: withholdings,
    reembolsos: withholdingReimbursements,
    pagos: list('pago', group({ formaPago: paymentForm(), total: amount() })),
  }),
)

/** Comprobante de retención, codDoc 07: two different documents under one name, both current. */
export const withholdingModel = group({
  infoTributaria: taxInfo,
  infoCompRetencion: info,
  impuestos: only(FLAT, flatWithholdings),
  docsSustento: only(BY_DOCUMENT, supportingDocuments),
  maquinaFiscal: fiscalMachine,
  infoAdicional: varying(additionalInfo, { '2.0.0': additionalInfoOnOneLine }),
})
