import Type from 'typebox'
import type { ReceiptEventKind } from '../../db/tables/receipts.ts'
import type { ReceiptEvent } from '../../receipts/feed/event.ts'
import type { Clients } from '../../receipts/scope/clients.ts'
import { kindFacts } from '../../sri/kinds.ts'
import { oneOf } from '../one-of.ts'

/** How programs are told what happened. */
const EVENT_SLUGS: Readonly<Record<ReceiptEventKind, string>> = {
  kept: 'recibido',
  authorized: 'autorizado',
  'annulment-asked': 'anulacion-pedida',
  'annulment-ended': 'anulacion-sin-efecto',
  annulled: 'anulado',
  withdrawn: 'retirado',
}

/** An event as the feed gives it and webhooks carry it: the same, with the same number. */
export const EventSchema = Type.Object({
  id: Type.String({ description: 'Crece con el orden; el mismo en la lista y en los avisos.' }),
  tipo: oneOf(Object.values(EVENT_SLUGS), '«retirado»: el banco lo cargó por error y ya no está.'),
  fecha: Type.String({ format: 'date-time', description: 'Cuándo ocurrió.' }),
  empresa: Type.String({ description: 'RUC o cédula del cliente.' }),
  clave: Type.String({ description: 'Clave de acceso: 49 dígitos.' }),
  comprobante: Type.String({ description: 'De qué tipo es: factura, retencion…' }),
  emitido: Type.String({ format: 'date', description: 'Fecha de emisión.' }),
})

export function describeEvent(event: ReceiptEvent, clients: Clients) {
  return {
    id: String(event.seq),
    tipo: EVENT_SLUGS[event.what],
    fecha: event.at.toISOString(),
    empresa: clients.get(event.partyId)?.number ?? '',
    clave: event.accessKey,
    comprobante: kindFacts(event.kind).slug,
    emitido: event.issuedOn,
  }
}
