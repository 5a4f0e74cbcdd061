import { complain } from '../fault.ts'
import { additionalInfo, filled, sriDate } from './draft-parts.ts'
import type { Drafted } from './draft-sale.ts'
import type { Line } from './line.ts'

/** Guía de remisión 1.1.0: one recipient for each person and address. */
export function draftDeliveryNote(
  first: Line,
  _lines: readonly Line[],
  parts: readonly (readonly Line[])[],
): Drafted {
  checkTransport(first)
  const infoGuiaRemision = {
    dirPartida: first.get('direccion_partida'),
    razonSocialTransportista: first.get('razon_social_transportista'),
    tipoIdentificacionTransportista: first.get('tipo_identificacion_transportista'),
    rucTransportista: first.get('identificacion_transportista'),
    fechaIniTransporte: sriDate(first.get('fecha_inicio_transporte')),
    fechaFinTransporte: sriDate(first.get('fecha_fin_transporte')),
    placa: first.get('placa'),
  }
  const destinatarios = parts.flatMap((part) => (part[0] ? [recipientOf(part[0], part)] : []))
  const content = { infoGuiaRemision, destinatarios, ...additionalInfo(first, '') }
  return { document: { kind: 'delivery-note', version: '1.1.0', content }, totalCents: null }
}

function recipientOf(head: Line, lines: readonly Line[]) {
  checkSupport(head)
  return {
    identificacionDestinatario: head.get('identificacion'),
    razonSocialDestinatario: head.get('razon_social'),
    dirDestinatario: head.get('direccion'),
    motivoTraslado: head.get('motivo_traslado'),
    ...filled({
      ruta: head.get('ruta'),
      codDocSustento: head.get('tipo_sustento'),
      numDocSustento: head.get('numero_sustento'),
      numAutDocSustento: head.get('autorizacion_sustento'),
      fechaEmisionDocSustento: sriDate(head.get('fecha_sustento')),
    }),
    detalles: lines.map((line) => ({
      ...filled({ codigoInterno: line.get('codigo') }),
      descripcion: line.get('descripcion'),
      cantidad: line.get('cantidad'),
    })),
  }
}

function checkTransport(first: Line): void {
  const [issuedOn, start, end] = [
    first.get('fecha_emision'),
    first.get('fecha_inicio_transporte'),
    first.get('fecha_fin_transporte'),
  ]
  if (start !== '' && start < issuedOn) {
    const expected = 'igual o posterior a la de emisión'
    first.complain('fecha_inicio_transporte', complain('dates-reversed', { expected }))
  }
  if (end !== '' && end < start) {
    const expected = 'igual o posterior al inicio del transporte'
    first.complain('fecha_fin_transporte', complain('dates-reversed', { expected }))
  }
}

/** A number without its kind of document, or the other way round, says nothing. */
function checkSupport(head: Line): void {
  const [kind, number] = ['tipo_sustento', 'numero_sustento'] as const
  if (head.spoiled(kind, number)) return
  if ((head.get(kind) === '') === (head.get(number) === '')) return
  head.complain(head.get(kind) === '' ? kind : number, complain('missing'))
}
