import { date, digits, group, lines, list, optional, text } from './model.ts'
import {
  additionalInfo,
  extraDetails,
  fiscalMachine,
  idNumber,
  idType,
  longText,
  numberWithHyphens,
  preciseDecimal,
  specialTaxpayer,
  taxInfo,
  yesOrNo,
} from './parts.ts'

const TWO_DECIMALS = ['1.0.0']

const info = group({
  dirEstablecimiento: optional(longText()),
  dirPartida: longText(),
  razonSocialTransportista: longText(),
  tipoIdentificacionTransportista: idType(),
  rucTransportista: idNumber(),
  rise: optional(lines(1, 40)),
  obligadoContabilidad: optional(yesOrNo()),
  contribuyenteEspecial: optional(specialTaxpayer(13)),
  fechaIniTransporte: date(),
  fechaFinTransporte: date(),
  placa: text(1, 20),
})

const recipients = list(
  'destinatario',
  group({
    identificacionDestinatario: idNumber(),
    razonSocialDestinatario: longText(),
    dirDestinatario: longText(),
    motivoTraslado: longText(),
    docAduaneroUnico: optional(text(1, 20)),
    codEstabDestino: optional(digits(3)),
    ruta: optional(longText()),
    codDocSustento: optional(digits(2)),
    numDocSustento: optional(numberWithHyphens()),
    numAutDocSustento: optional(digits(10, 49)),
    fechaEmisionDocSustento: optional(date()),
    detalles: list(
      'detalle',
      group({
        codigoInterno: optional(text(1, 25)),
        codigoAdicional: optional(text(1, 25)),
        descripcion: longText(),
        cantidad: preciseDecimal(TWO_DECIMALS),
        detallesAdicionales: extraDetails(0),
      }),
    ),
  }),
)

/** Guía de remisión, codDoc 06: goods on the way to one or more recipients. It has no date of issue. */
export const deliveryNoteModel = group({
  infoTributaria: taxInfo,
  infoGuiaRemision: info,
  destinatarios: recipients,
  maquinaFiscal: fiscalMachine,
  infoAdicional: additionalInfo,
})
