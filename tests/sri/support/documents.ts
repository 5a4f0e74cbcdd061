import { composeAccessKey } from '#src/sri/access-key.ts'
import type { DocumentOf, InvoiceContent } from '#src/sri/documents/document.ts'
import { writeAuthorization, writeDocument } from '#src/sri/xml/write-xml.ts'
import type { Day } from '#src/values/day.ts'

export const ISSUED_ON = '2026-11-16' as Day

export const invoiceKey = composeAccessKey({
  issuedOn: ISSUED_ON,
  kind: 'invoice',
  issuerRuc: '0990000000001',
  environment: 'production',
  establishment: '001',
  issuePoint: '002',
  sequence: '000018710',
  numericCode: '48213377',
})

/** An invoice of the Banco Ceibo that the SRI would take as it is. */
export function invoice(): DocumentOf<'invoice'> {
  return {
    kind: 'invoice',
    version: '1.1.0',
    content: {
      infoTributaria: {
        ambiente: '2',
        tipoEmision: '1',
        razonSocial: 'BANCO CEIBO S.A.',
        ruc: '0990000000001',
        claveAcceso: invoiceKey,
        codDoc: '01',
        estab: '001',
        ptoEmi: '002',
        secuencial: '000018710',
        dirMatriz: 'Av. 9 de Octubre y Malecón, Guayaquil',
      },
      infoFactura: {
        fechaEmision: '16/11/2026',
        obligadoContabilidad: 'SI',
        tipoIdentificacionComprador: '05',
        razonSocialComprador: 'María José Paredes',
        identificacionComprador: '2459992505',
        totalSinImpuestos: '3.00',
        totalDescuento: '0.00',
        totalConImpuestos: [
          { codigo: '2', codigoPorcentaje: '4', baseImponible: '3.00', valor: '0.45' },
        ],
        propina: '0.00',
        importeTotal: '3.45',
        moneda: 'DOLAR',
        pagos: [{ formaPago: '20', total: '3.45' }],
      },
      detalles: [
        {
          codigoPrincipal: 'TRF',
          descripcion: 'Transferencias interbancarias de noviembre',
          cantidad: '6',
          precioUnitario: '0.50',
          descuento: '0.00',
          precioTotalSinImpuesto: '3.00',
          impuestos: [
            {
              codigo: '2',
              codigoPorcentaje: '4',
              tarifa: '15',
              baseImponible: '3.00',
              valor: '0.45',
            },
          ],
        },
      ],
      infoAdicional: [{ nombre: 'Correo', valor: 'maria@correo.ejemplo.ec' }],
    },
  }
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The same invoice as the SRI hands it out. */
export function authorized(document: string = writeDocument(invoice())): string {
  return writeAuthorization({
    document,
    number: invoiceKey,
    authorizedAt: '2026-11-16T18:09:00-05:00',
    environment: 'production',
  })
}

type Info = NonNullable<InvoiceContent['infoFactura']>
type Line = NonNullable<InvoiceContent['detalles']>[number]

/** The invoice with some of its fields changed. */
export function changed(change: { info?: Info; line?: Line; content?: InvoiceContent }) {
  const document = invoice()
  const { content } = document
  Object.assign(content, change.content)
  Object.assign(content.infoFactura ?? {}, change.info)
  Object.assign(content.detalles?.[0] ?? {}, change.line)
  return document
}
