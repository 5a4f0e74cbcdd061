import { choice, date, digits, group, list, optional, text } from './model.ts'
import {
  additionalInfo,
  amount,
  extraDetails,
  fiscalMachine,
  idNumber,
  idType,
  longText,
  negotiable,
  optionalPreciseDecimal,
  payments,
  preciseDecimal,
  signedAmount,
  specialTaxpayer,
  taxInfo,
  taxRate,
  taxRateCode,
  yesOrNo,
} from './parts.ts'
import { settlementReimbursements } from './reimbursements.ts'

const TWO_DECIMALS = ['1.0.0']

const info = group({
  fechaEmision: date(),
  dirEstablecimiento: optional(longText()),
  contribuyenteEspecial: optional(specialTaxpayer(13)),
  obligadoContabilidad: optional(yesOrNo()),
  tipoIdentificacionProveedor: idType(),
  razonSocialProveedor: longText(),
  identificacionProveedor: idNumber(),
  direccionProveedor: optional(longText()),
  totalSinImpuestos: amount(),
  totalDescuento: signedAmount(),
  codDocReembolso: optional(digits(2, 3)),
  totalComprobantesReembolso: optional(amount()),
  totalBaseImponibleReembolso: optional(amount()),
  totalImpuestoReembolso: optional(amount()),
  totalConImpuestos: list(
    'totalImpuesto',
    group({
      codigo: choice('2'),
      codigoPorcentaje: taxRateCode(),
      descuentoAdicional: optional(signedAmount()),
      baseImponible: amount(),
      tarifa: optional(taxRate()),
      valor: amount(),
    }),
  ),
  importeTotal: amount(),
  moneda: optional(text(1, 15)),
  pagos: optional(payments),
})

const lines = list(
  'detalle',
  group({
    codigoPrincipal: optional(text(1, 25)),
    codigoAuxiliar: optional(text(1, 25)),
    descripcion: longText(),
    unidadMedida: optional(text(1, 50)),
    cantidad: preciseDecimal(TWO_DECIMALS),
    precioUnitario: preciseDecimal(TWO_DECIMALS),
    precioSinSubsidio: optionalPreciseDecimal(TWO_DECIMALS),
    descuento: amount(),
    precioTotalSinImpuesto: amount(),
    detallesAdicionales: extraDetails(),
    impuestos: list(
      'impuesto',
      group({
        codigo: choice('2'),
        codigoPorcentaje: taxRateCode(),
        tarifa: taxRate(),
        baseImponible: amount(),
        valor: amount(),
      }),
    ),
  }),
)

/** Liquidación de compra de bienes y prestación de servicios, codDoc 03: the buyer issues it. */
export const purchaseSettlementModel = group({
  infoTributaria: taxInfo,
  infoLiquidacionCompra: info,
  detalles: lines,
  reembolsos: settlementReimbursements,
  tipoNegociable: negotiable,
  maquinaFiscal: fiscalMachine,
  infoAdicional: additionalInfo,
})
