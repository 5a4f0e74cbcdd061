import type { Block } from '../sheet.ts'
import type { Group } from './fields.ts'
import { group, list, text } from './fields.ts'
import { idKind } from './labels.ts'
import { pairsBlock, tableOf } from './pairs.ts'

/** What an exporter adds to a factura. */
export function foreignTrade(info: Group): Block {
  return pairsBlock('Comercio exterior', [
    ['Operación', text(info, 'comercioExterior')],
    ['Incoterm de la factura', text(info, 'incoTermFactura')],
    ['Lugar del incoterm', text(info, 'lugarIncoTerm')],
    ['Incoterm del total sin impuestos', text(info, 'incoTermTotalSinImpuestos')],
    ['País de origen', text(info, 'paisOrigen')],
    ['Puerto de embarque', text(info, 'puertoEmbarque')],
    ['Puerto de destino', text(info, 'puertoDestino')],
    ['País de destino', text(info, 'paisDestino')],
    ['País de adquisición', text(info, 'paisAdquisicion')],
  ])
}

/** A factura 2.x may stand for the guía de remisión of the goods it sells. */
export function replacedDeliveryNote(content: Group): readonly Block[] {
  const trip = group(content, 'infoSustitutivaGuiaRemision')
  const carrier = pairsBlock('Transporte (sustituye a la guía de remisión)', [
    ['Transportista', text(trip, 'razonSocialTransportista')],
    [idKind(text(trip, 'tipoIdentificacionTransportista')), text(trip, 'rucTransportista')],
    ['Placa', text(trip, 'placa')],
    ['Punto de partida', text(trip, 'dirPartida')],
    ['Destino (punto de llegada)', text(trip, 'dirDestinatario')],
    ['Inicio del transporte', text(trip, 'fechaIniTransporte')],
    ['Fin del transporte', text(trip, 'fechaFinTransporte')],
  ])
  const stops = tableOf<Group>('Destinos', list(trip, 'destinos'), [
    {
      label: 'Motivo del traslado',
      grow: 1,
      main: true,
      cell: (stop) => text(stop, 'motivoTraslado'),
    },
    { label: 'Documento aduanero', optional: true, cell: (stop) => text(stop, 'docAduaneroUnico') },
    { label: 'Establecimiento', optional: true, cell: (stop) => text(stop, 'codEstabDestino') },
    { label: 'Ruta', grow: 1, optional: true, cell: (stop) => text(stop, 'ruta') },
  ])
  return [carrier, stops]
}
