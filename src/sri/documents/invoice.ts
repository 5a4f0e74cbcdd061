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
} from './model.ts'
import {
  additionalInfo,
  amount,
  compensations,
  country,
  extraDetails,
  fiscalMachine,
  idNumber,
  idType,
  lineTaxes,
  longText,
  negotiable,
  numberWithHyphens,
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
import { invoiceReimbursements } from './reimbursements.ts'

const TWO_DECIMALS = ['1.0.0', '2.0.0']
const WITH_WITHHOLDINGS = ['1.1.0', '2.1.0']
const SECOND_SERIES = ['2.0.0', '2.1.0']

const capitals = () => pattern(/^[A-Z]{1,10}$/, 'de 1 a 10 letras mayúsculas')

const info = group({
  fechaEmision: date(),
  dirEstablecimiento: optional(longText()),
  contribuyenteEspecial: optional(specialTaxpayer(13)),
  obligadoContabilidad: optional(yesOrNo()),
  comercioExterior: optional(choice('EXPORTADOR')),
  incoTermFactura: optional(capitals()),
  lugarIncoTerm: optional(longText()),
  paisOrigen: optional(country()),
  puertoEmbarque: optional(longText()),
  puertoDestino: optional(longText()),
  paisDestino: optional(country()),
  paisAdquisicion: optional(country()),
  tipoIdentificacionComprador: idType(),
  guiaRemision: optional(numberWithHyphens()),
  razonSocialComprador: longText(),
  identificacionComprador: idNumber(),
  direccionComprador: optional(longText()),
  totalSinImpuestos: amount(),
  totalSubsidio: optional(amount()),
  incoTermTotalSinImpuestos: optional(capitals()),
  totalDescuento: signedAmount(),
  codDocReembolso: optional(digits(2, 3)),
  totalComprobantesReembolso: optional(amount()),
  totalBaseImponibleReembolso: optional(amount()),
  totalImpuestoReembolso: optional(amount()),
  totalConImpuestos: list(
    'totalImpuesto',
    group({
      codigo: choice('2', '3', '5'),
      codigoPorcentaje: taxRateCode(),
      descuentoAdicional: optional(signedAmount()),
      baseImponible: amount(),
      tarifa: optional(taxRate()),
      valor: amount(),
      valorDevolucionIva: optional(amount()),
    }),
  ),
  compensaciones: compensations,
  propina: optional(amount()),
  fleteInternacional: optional(amount()),
  seguroInternacional: optional(amount()),
  gastosAduaneros: optional(amount()),
  gastosTransporteOtros: optional(amount()),
  importeTotal: amount(),
  moneda: optional(text(1, 15)),
  placa: optional(text(1, 20)),
  pagos: optional(payments),
  valorRetIva: optional(amount()),
  valorRetRenta: optional(amount()),
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
    impuestos: lineTaxes,
  }),
)

/** Presumptive withholdings of fuel and newspapers, printed in the invoice itself. */
const presumptiveWithholdings = optional(
  list(
    'retencion',
    group({
      codigo: choice('4'),
      codigoPorcentaje: digits(1, 3),
      tarifa: decimal(5, 2),
      valor: amount(),
    }),
  ),
)

/** What makes an invoice stand in for a delivery note. */
const deliveryInstead = optional(
  group({
    dirPartida: longText(),
    dirDestinatario: longText(),
    fechaIniTransporte: date(),
    fechaFinTransporte: date(),
    razonSocialTransportista: longText(),
    tipoIdentificacionTransportista: idType(),
    rucTransportista: idNumber(),
    placa: text(1, 20),
    destinos: list(
      'destino',
      group({
        motivoTraslado: longText(),
        docAduaneroUnico: optional(text(1, 64)),
        codEstabDestino: optional(digits(3)),
        ruta: optional(longText()),
      }),
    ),
  }),
)

/** Factura, codDoc 01. 1.0.0 and 1.1.0 are one pair, 2.0.0 and 2.1.0 the other. */
export const invoiceModel = group({
  infoTributaria: taxInfo,
  infoFactura: info,
  detalles: lines,
  reembolsos: invoiceReimbursements,
  retenciones: only(WITH_WITHHOLDINGS, presumptiveWithholdings),
  infoSustitutivaGuiaRemision: only(SECOND_SERIES, deliveryInstead),
  otrosRubrosTerceros: only(
    SECOND_SERIES,
    optional(list('rubro', group({ concepto: longText(), total: amount() }))),
  ),
  tipoNegociable: negotiable,
  maquinaFiscal: fiscalMachine,
  infoAdicional: additionalInfo,
})
