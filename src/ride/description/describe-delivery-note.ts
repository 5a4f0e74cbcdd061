import type { Block, KindParts } from '../sheet.ts'
import { lineNotes } from './describe-sale.ts'
import type { Group } from './fields.ts'
import { list, text } from './fields.ts'
import { documentType, idKind } from './labels.ts'
import { filledBlocks, pairsBlock, present, tableOf } from './pairs.ts'
import { printQuantity } from './print-number.ts'

function goods(recipient: Group): Block['table'] {
  const block = tableOf<Group>(
    '',
    list(recipient, 'detalles'),
    [
      { label: 'Cantidad', align: 'end', cell: (line) => printQuantity(text(line, 'cantidad')) },
      { label: 'Descripción', grow: 1, main: true, cell: (line) => text(line, 'descripcion') },
      { label: 'Código principal', optional: true, cell: (line) => text(line, 'codigoInterno') },
      { label: 'Código auxiliar', optional: true, cell: (line) => text(line, 'codigoAdicional') },
    ],
    lineNotes,
  )
  return block.table
}

function saleDocument(recipient: Group): string {
  return [documentType(text(recipient, 'codDocSustento')), text(recipient, 'numDocSustento')]
    .filter((part) => part !== '')
    .join(' ')
}

/** A guía may have several recipients, each with its own goods. */
function recipientBlock(recipient: Group, index: number, recipients: readonly Group[]): Block {
  const many = recipients.length > 1
  return {
    title: many ? `Destinatario ${index + 1} de ${recipients.length}` : 'Destinatario',
    pairs: present([
      ['Razón social / nombres y apellidos', text(recipient, 'razonSocialDestinatario')],
      ['Identificación', text(recipient, 'identificacionDestinatario')],
      ['Destino (punto de llegada)', text(recipient, 'dirDestinatario')],
      ['Motivo del traslado', text(recipient, 'motivoTraslado')],
      ['Comprobante de venta', saleDocument(recipient)],
      ['Fecha de emisión', text(recipient, 'fechaEmisionDocSustento')],
      ['Número de autorización', text(recipient, 'numAutDocSustento')],
      ['Documento aduanero', text(recipient, 'docAduaneroUnico')],
      ['Código establecimiento destino', text(recipient, 'codEstabDestino')],
      ['Ruta', text(recipient, 'ruta')],
    ]),
    table: goods(recipient),
  }
}

/** Guía de remisión: no amounts; the second box is the carrier's. */
export function describeDeliveryNote(info: Group, content: Group): KindParts {
  const idLabel = idKind(text(info, 'tipoIdentificacionTransportista'))
  return {
    party: pairsBlock('Transportista', [
      ['Razón social / nombres y apellidos', text(info, 'razonSocialTransportista')],
      [
        idLabel === 'Identificación' ? idLabel : `Identificación (${idLabel})`,
        text(info, 'rucTransportista'),
      ],
      ['Placa', text(info, 'placa')],
      ['Punto de partida', text(info, 'dirPartida')],
      ['Fecha inicio transporte', text(info, 'fechaIniTransporte')],
      ['Fecha fin transporte', text(info, 'fechaFinTransporte')],
    ]),
    body: filledBlocks(list(content, 'destinatarios').map(recipientBlock)),
    totals: [],
  }
}
