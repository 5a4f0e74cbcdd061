import type { Authorization, Issuer, Pair, PrintedAuthorization } from '../sheet.ts'
import type { Group } from './fields.ts'
import { text } from './fields.ts'
import { present } from './pairs.ts'

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})/

const SENTENCES = {
  rejected: 'El SRI no autorizó este comprobante.',
  'in-process': 'El SRI todavía procesa este comprobante: aún no está autorizado.',
  unknown: 'Aún no consta la autorización del SRI.',
  undated: 'No consta la fecha de autorización.',
} as const

function printInstant(at: string): string {
  const match = INSTANT.exec(at)
  return match === null ? at : `${match[3]}/${match[2]}/${match[1]} ${match[4]}`
}

function sentenceFor({ status, at }: Authorization): string | null {
  if (status === 'authorized') return at === null ? SENTENCES.undated : null
  return SENTENCES[status ?? 'unknown']
}

/** The authorisation in words; a date is printed only when somebody said it. */
export function describeAuthorization(authorization: Authorization): PrintedAuthorization {
  return {
    status: authorization.status,
    number: authorization.number ?? '',
    at: authorization.at === null ? null : printInstant(authorization.at),
    instant: authorization.at,
    sentence: sentenceFor(authorization),
  }
}

function yesOrNo(answer: string): string {
  return answer.toUpperCase() === 'SI' ? 'SÍ' : answer.toUpperCase()
}

function withholdingAgent(tax: Group): string {
  const resolution = text(tax, 'agenteRetencion')
  return resolution === '' ? '' : `Resolución No. ${resolution}`
}

/** The left-hand box. The particulars live in the group of each kind, the rest in infoTributaria. */
export function describeIssuer(tax: Group, info: Group): Issuer {
  const name = text(tax, 'razonSocial')
  const tradeName = text(tax, 'nombreComercial')
  return {
    name,
    tradeName: tradeName === '' || tradeName === name ? null : tradeName,
    ruc: text(tax, 'ruc'),
    facts: present([
      ['Dirección matriz', text(tax, 'dirMatriz')],
      ['Dirección sucursal', text(info, 'dirEstablecimiento')],
      ['Contribuyente especial', text(info, 'contribuyenteEspecial').replace(/^(?=.)/, 'Nro. ')],
      ['Obligado a llevar contabilidad', yesOrNo(text(info, 'obligadoContabilidad'))],
      ['Agente de retención', withholdingAgent(tax)],
      ['Contribuyente RISE', text(info, 'rise')],
    ]),
    legends: [text(tax, 'contribuyenteRimpe'), text(tax, 'regimenMicroempresas')].filter(
      (legend) => legend !== '',
    ),
  }
}

function environmentName(code: string): string {
  return { '1': 'PRUEBAS', '2': 'PRODUCCIÓN' }[code] ?? code
}

function emissionName(code: string): string {
  return { '1': 'NORMAL', '2': 'INDISPONIBILIDAD DEL SISTEMA' }[code] ?? code
}

/**
 * The right-hand box, below the name and number of the document. In the offline scheme the number of authorisation is the access key, which
 * stands under its bars, so that it is listed apart only when it is another number.
 */
export function describeHeader(from: {
  readonly tax: Group
  readonly accessKey: string
  readonly authorization: PrintedAuthorization
}): readonly Pair[] {
  const { tax, accessKey, authorization } = from
  const other = authorization.number === accessKey ? '' : authorization.number
  return present([
    ['R.U.C.', text(tax, 'ruc')],
    ['Número de autorización', other],
    ['Fecha y hora de autorización', authorization.at ?? authorization.sentence ?? ''],
    ['Ambiente', environmentName(text(tax, 'ambiente'))],
    ['Emisión', emissionName(text(tax, 'tipoEmision'))],
  ])
}
