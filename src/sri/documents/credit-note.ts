import { choice, date, digits, group, lines, list, optional, text } from './model.ts'
import {
  additionalInfo,
  amount,
  compensations,
  extraDetails,
  fiscalMachine,
  idNumber,
  idType,
  longText,
  numberWithHyphens,
  preciseDecimal,
  specialTaxpayer,
  taxInfo,
  taxRate,
  taxRateCode,
  yesOrNo,
} from './parts.ts'

const TWO_DECIMALS = ['1.0.0']

const info = group({
  fechaEmision: date(),
  dirEstablecimiento: optional(longText()),
  tipoIdentificacionComprador: idType(),
  razonSocialComprador: longText(),
  identificacionComprador: idNumber(),
  contribuyenteEspecial: optional(specialTaxpayer(13)),
  obligadoContabilidad: optional(yesOrNo()),
  rise: optional(lines(1, 40)),
  codDocModificado: digits(2),
  numDocModificado: numberWithHyphens(),
  fechaEmisionDocSustento: date(),
  totalSinImpuestos: amount(),
  compensaciones: compensations,
  valorModificacion: amount(),
  moneda: optional(text(1, 15)),
  totalConImpuestos: list(
    'totalImpuesto',
    group({
      codigo: choice('2', '3', '5'),
      codigoPorcentaje: taxRateCode(),
      baseImponible: amount(),
      valor: amount(),
      valorDevolucionIva: optional(amount()),
    }),
  ),
  motivo: longText(),
})

const noteLines = list(
  'detalle',
  group({
    codigoInterno: optional(text(1, 25)),
    codigoAdicional: optional(text(1, 25)),
    descripcion: longText(),
    cantidad: preciseDecimal(TWO_DECIMALS),
    precioUnitario: preciseDecimal(TWO_DECIMALS),
    descuento: optional(amount()),
    precioTotalSinImpuesto: amount(),
    detallesAdicionales: extraDetails(),
    impuestos: list(
      'impuesto',
      group({
        codigo: choice('2', '3', '5'),
        codigoPorcentaje: taxRateCode(),
        tarifa: optional(taxRate()),
        baseImponible: amount(),
        valor: amount(),
      }),
      { min: 0 },
    ),
  }),
)

/** Nota de crédito, codDoc 04: takes back all or part of another document. */
export const creditNoteModel = group({
  infoTributaria: taxInfo,
  infoNotaCredito: info,
  detalles: noteLines,
  maquinaFiscal: fiscalMachine,
  infoAdicional: additionalInfo,
})
