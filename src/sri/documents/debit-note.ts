import { choice, date, digits, group, lines, list, optional, repeated } from './model.ts'
import {
  additionalInfo,
  amount,
  compensations,
  fiscalMachine,
  idNumber,
  idType,
  longText,
  numberWithHyphens,
  payments,
  signedAmount,
  specialTaxpayer,
  taxInfo,
  taxRate,
  taxRateCode,
  yesOrNo,
} from './parts.ts'

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
  totalSinImpuestos: signedAmount(),
  impuestos: list(
    'impuesto',
    group({
      codigo: choice('2', '3', '5'),
      codigoPorcentaje: taxRateCode(),
      tarifa: taxRate(),
      baseImponible: amount(),
      valor: amount(),
      valorDevolucionIva: optional(amount()),
    }),
  ),
  compensaciones: compensations,
  valorTotal: amount(),
  pagos: repeated(optional(payments)),
})

/** Nota de débito, codDoc 05: adds to another document, reason by reason. */
export const debitNoteModel = group({
  infoTributaria: taxInfo,
  infoNotaDebito: info,
  motivos: list('motivo', group({ razon: longText(), valor: amount() })),
  maquinaFiscal: fiscalMachine,
  infoAdicional: additionalInfo,
})
