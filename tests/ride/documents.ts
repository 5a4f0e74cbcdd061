import type { Authorization } from '#src/ride/sheet.ts'
import type { DocumentKind } from '#src/sri/kinds.ts'

/** One invented document of each kind with everything that its schema allows. */
export interface RichDocument {
  readonly kind: DocumentKind
  readonly version: string
  readonly content: Record<string, unknown>
}

const TYPES: Readonly<Record<DocumentKind, string>> = {
  invoice: '01',
  'purchase-settlement': '03',
  'credit-note': '04',
  'debit-note': '05',
  'delivery-note': '06',
  withholding: '07',
}

export function keyOf(kind: DocumentKind): string {
  return `16112026${TYPES[kind]}099000000000120010020000187101234567819`
}

export function authorized(kind: DocumentKind): Authorization {
  return { number: keyOf(kind), at: '2026-11-16T10:42:14-05:00', status: 'authorized' }
}

function taxInfo(kind: DocumentKind, ambiente = '2'): Record<string, unknown> {
  return {
    ambiente,
    tipoEmision: '1',
    razonSocial: 'Banco Ceibo S.A. «Ñandú & Cía.» <Ecuador>',
    nombreComercial: 'Banco Ceibo',
    ruc: '0990000000001',
    claveAcceso: keyOf(kind),
    codDoc: TYPES[kind],
    estab: '001',
    ptoEmi: '002',
    secuencial: '000018710',
    dirMatriz: 'Av. Malecón 100 y Junín, Guayaquil',
    agenteRetencion: '12345678',
    contribuyenteRimpe: 'CONTRIBUYENTE NEGOCIO POPULAR - RÉGIMEN RIMPE',
    regimenMicroempresas: 'CONTRIBUYENTE RÉGIMEN MICROEMPRESAS',
  }
}

const ISSUER_INFO = {
  dirEstablecimiento: 'Calle Sucre 200, Machala',
  contribuyenteEspecial: '5368E',
  obligadoContabilidad: 'SI',
}
const BUYER = {
  tipoIdentificacionComprador: '05',
  razonSocialComprador: 'María José Paredes Villacís',
  identificacionComprador: '0900000001',
}
const TAXES = [
  {
    codigo: '2',
    codigoPorcentaje: '4',
    baseImponible: '000000040.00',
    tarifa: '15',
    valor: '6.00',
  },
  { codigo: '2', codigoPorcentaje: '4', baseImponible: '16.00', tarifa: '15.00', valor: '2.40' },
  { codigo: '2', codigoPorcentaje: '5', baseImponible: '10.00', valor: '0.50' },
  { codigo: '2', codigoPorcentaje: '8', baseImponible: '20.00', tarifa: '8', valor: '1.60' },
  { codigo: '2', codigoPorcentaje: '0', baseImponible: '7.5', tarifa: '0', valor: '0.00' },
  { codigo: '2', codigoPorcentaje: '6', baseImponible: '3.00', valor: '0' },
  {
    codigo: '2',
    codigoPorcentaje: '7',
    baseImponible: '2.00',
    valor: '0.00',
    valorDevolucionIva: '1.23',
  },
  { codigo: '3', codigoPorcentaje: '3053', baseImponible: '5.00', valor: '0.75' },
  { codigo: '5', codigoPorcentaje: '5001', baseImponible: '5.00', valor: '0.04' },
]
const LINES = [
  {
    codigoPrincipal: 'TEX-01',
    codigoAuxiliar: 'AUX-77',
    codigoInterno: 'INT-01',
    codigoAdicional: 'ADI-88',
    descripcion: 'Comisión por transferencia al exterior',
    unidadMedida: 'kg',
    cantidad: '12.500000',
    precioUnitario: '2.142700',
    precioSinSubsidio: '3.3907',
    descuento: '0.10',
    precioTotalSinImpuesto: '26.68',
    detallesAdicionales: [
      { nombre: 'Cuenta', valor: 'Ahorros •• 4821' },
      { nombre: 'Período', valor: 'noviembre de 2026' },
    ],
    impuestos: [
      { codigo: '2', codigoPorcentaje: '5', tarifa: '5.00', baseImponible: '1', valor: '1' },
    ],
  },
  {
    codigoPrincipal: 'SWF-01',
    codigoInterno: 'INT-02',
    descripcion: 'Mensaje SWIFT',
    cantidad: '1',
    precioUnitario: '8',
    descuento: '0.00',
    precioTotalSinImpuesto: '8.00',
  },
]
const REFUNDS = [
  {
    identificacionProveedorReembolso: '1790000000001',
    codDocReembolso: '01',
    estabDocReembolso: '003',
    ptoEmiDocReembolso: '004',
    secuencialDocReembolso: '000000555',
    fechaEmisionDocReembolso: '10/11/2026',
    numeroautorizacionDocReemb: '1011202601179000000000120030040000005551234567815',
    detalleImpuestos: [
      {
        codigo: '2',
        codigoPorcentaje: '4',
        tarifa: '15',
        baseImponibleReembolso: '100.00',
        impuestoReembolso: '15.00',
      },
    ],
  },
]
const ADDITIONAL = [
  { nombre: 'Correo', valor: 'maria.paredes@correo.example' },
  { nombre: 'Gran Contribuyente', valor: 'NAC-GCFOIOC21-00000000-E' },
  { nombre: 'RUC Proveedor', valor: '1790000000001' },
]
const PAYMENTS = [
  { formaPago: '20', total: '64.40', plazo: '30', unidadTiempo: 'días' },
  { formaPago: '99', total: '1.00' },
]

function saleInfo(): Record<string, unknown> {
  return {
    fechaEmision: '16/11/2026',
    ...ISSUER_INFO,
    totalSinImpuestos: '98.50',
    totalSubsidio: '15.60',
    totalDescuento: '0.10',
    codDocReembolso: '41',
    totalComprobantesReembolso: '115.00',
    totalBaseImponibleReembolso: '100.00',
    totalImpuestoReembolso: '15.00',
    totalConImpuestos: TAXES,
    importeTotal: '1109.7900',
    moneda: 'DOLAR',
    pagos: PAYMENTS,
  }
}

function invoice(ambiente?: string): Record<string, unknown> {
  return {
    infoTributaria: taxInfo('invoice', ambiente),
    infoFactura: {
      ...saleInfo(),
      ...BUYER,
      direccionComprador: 'Urdesa Central, Guayaquil',
      guiaRemision: '001-001-000000009',
      placa: 'ABC0123',
      propina: '3.33',
      comercioExterior: 'EXPORTADOR',
      incoTermFactura: 'FOB',
      lugarIncoTerm: 'Puerto Bolívar',
      paisOrigen: '593',
      puertoEmbarque: 'Machala',
      puertoDestino: 'Róterdam',
      paisDestino: '138',
      fleteInternacional: '4.44',
      seguroInternacional: '5.55',
      gastosAduaneros: '6.66',
      gastosTransporteOtros: '7.77',
      valorRetIva: '0.55',
      valorRetRenta: '0.66',
      compensaciones: [{ codigo: '1', tarifa: '2', valor: '0.22' }],
    },
    detalles: LINES,
    reembolsos: REFUNDS,
    retenciones: [{ codigo: '4', codigoPorcentaje: '327', tarifa: '0.20', valor: '0.88' }],
    infoSustitutivaGuiaRemision: {
      dirPartida: 'Bodega Norte',
      dirDestinatario: 'Bodega Sur',
      fechaIniTransporte: '17/11/2026',
      fechaFinTransporte: '18/11/2026',
      razonSocialTransportista: 'Transportes Andrade',
      tipoIdentificacionTransportista: '04',
      rucTransportista: '0900000001001',
      placa: 'GBX9876',
      destinos: [
        { motivoTraslado: 'Venta', docAduaneroUnico: 'DAU-1', codEstabDestino: '009', ruta: 'E25' },
      ],
    },
    otrosRubrosTerceros: [{ concepto: 'Tasa de bomberos', total: '1.11' }],
    tipoNegociable: { correo: 'negociable@correo.example' },
    maquinaFiscal: { marca: 'SISTECO', modelo: 'MF-1', serie: 'SN-0001' },
    infoAdicional: ADDITIONAL,
  }
}

function note(): Record<string, unknown> {
  return {
    fechaEmision: '16/11/2026',
    ...ISSUER_INFO,
    ...BUYER,
    rise: 'RISE-01',
    codDocModificado: '01',
    numDocModificado: '001-001-000000012',
    fechaEmisionDocSustento: '19/10/2026',
    totalSinImpuestos: '98.50',
  }
}

function deliveryNote(): Record<string, unknown> {
  const recipient = (name: string): Record<string, unknown> => ({
    identificacionDestinatario: '0900000002',
    razonSocialDestinatario: name,
    dirDestinatario: `Destino de ${name}`,
    motivoTraslado: 'Traslado entre establecimientos',
    docAduaneroUnico: 'DAU-028-2026',
    codEstabDestino: '014',
    ruta: 'Guayaquil - Quito',
    codDocSustento: '01',
    numDocSustento: '001-001-000000013',
    numAutDocSustento: '1911202601099000000000120010010000000131234567811',
    fechaEmisionDocSustento: '15/11/2026',
    detalles: LINES,
  })
  return {
    infoTributaria: taxInfo('delivery-note'),
    infoGuiaRemision: {
      ...ISSUER_INFO,
      dirPartida: 'Matriz, Guayaquil',
      razonSocialTransportista: 'Transportes Intriago Cía. Ltda.',
      tipoIdentificacionTransportista: '04',
      rucTransportista: '0990000000002001'.slice(0, 13),
      fechaIniTransporte: '16/11/2026',
      fechaFinTransporte: '20/11/2026',
      placa: 'PBA1234',
    },
    destinatarios: [recipient('Rosa Intriago'), recipient('Pedro Andrade')],
    infoAdicional: ADDITIONAL,
  }
}

const WITHHOLDING_INFO = {
  fechaEmision: '16/11/2026',
  ...ISSUER_INFO,
  tipoIdentificacionSujetoRetenido: '05',
  razonSocialSujetoRetenido: 'Pedro Andrade Ruiz',
  identificacionSujetoRetenido: '0900000003',
  periodoFiscal: '11/2026',
}
const SUPPORT = {
  codDocSustento: '12',
  numDocSustento: '001002000000777',
  fechaEmisionDocSustento: '12/11/2026',
}

export function withholdingV1(): RichDocument {
  return {
    kind: 'withholding',
    version: '1.0.0',
    content: {
      infoTributaria: taxInfo('withholding'),
      infoCompRetencion: WITHHOLDING_INFO,
      impuestos: [
        {
          codigo: '1',
          codigoRetencion: '323E',
          baseImponible: '1000.00',
          porcentajeRetener: '2.00',
          valorRetenido: '20.00',
          ...SUPPORT,
        },
        {
          codigo: '6',
          codigoRetencion: '4580',
          baseImponible: '50.00',
          porcentajeRetener: '5',
          valorRetenido: '2.5',
          ...SUPPORT,
        },
      ],
      infoAdicional: ADDITIONAL,
    },
  }
}

function withholdingV2(): Record<string, unknown> {
  return {
    infoTributaria: taxInfo('withholding'),
    infoCompRetencion: { ...WITHHOLDING_INFO, parteRel: 'NO' },
    docsSustento: [
      {
        codSustento: '11',
        ...SUPPORT,
        fechaRegistroContable: '13/11/2026',
        numAutDocSustento: '1211202601099000000000120010020000007771234567818',
        totalSinImpuestos: '619.00',
        importeTotal: '752.59',
        retenciones: [
          {
            codigo: '1',
            codigoRetencion: '344A',
            baseImponible: '619.00',
            porcentajeRetener: '1.750',
            valorRetenido: '10.83',
            dividendos: { fechaPagoDiv: '01/11/2026', imRentaSoc: '12.34', ejerFisUtDiv: '2025' },
            compraCajBanano: { numCajBan: '150', precCajBan: '6.85' },
          },
          {
            codigo: '2',
            codigoRetencion: '1',
            baseImponible: '80.63',
            porcentajeRetener: '30.00',
            valorRetenido: '24.19',
          },
        ],
        reembolsos: REFUNDS,
        pagos: [{ formaPago: '19', total: '752.59' }],
      },
    ],
    infoAdicional: ADDITIONAL,
  }
}

export function richDocument(kind: DocumentKind, ambiente?: string): RichDocument {
  const content: Readonly<Record<DocumentKind, () => Record<string, unknown>>> = {
    invoice: () => invoice(ambiente),
    'purchase-settlement': () => ({
      infoTributaria: taxInfo('purchase-settlement'),
      infoLiquidacionCompra: {
        ...saleInfo(),
        tipoIdentificacionProveedor: '06',
        razonSocialProveedor: 'Rosa Intriago Vélez',
        identificacionProveedor: 'X1234567',
        direccionProveedor: 'Recinto El Guabo',
      },
      detalles: LINES,
      reembolsos: REFUNDS,
      infoAdicional: ADDITIONAL,
    }),
    'credit-note': () => ({
      infoTributaria: taxInfo('credit-note'),
      infoNotaCredito: {
        ...note(),
        totalConImpuestos: TAXES,
        valorModificacion: '88.77',
        motivo: 'Devolución de la comisión cobrada en exceso',
      },
      detalles: LINES,
      infoAdicional: ADDITIONAL,
    }),
    'debit-note': () => ({
      infoTributaria: taxInfo('debit-note'),
      infoNotaDebito: { ...note(), impuestos: TAXES, valorTotal: '77.66', pagos: PAYMENTS },
      motivos: [
        { razon: 'Intereses por mora', valor: '0.66' },
        { razon: 'Gastos de cobranza', valor: '15.65' },
      ],
      infoAdicional: ADDITIONAL,
    }),
    'delivery-note': deliveryNote,
    withholding: withholdingV2,
  }
  const versions = {
    invoice: '2.1.0',
    'purchase-settlement': '1.1.0',
    'credit-note': '1.1.0',
    'debit-note': '1.0.0',
    'delivery-note': '1.1.0',
    withholding: '2.0.0',
  }
  return { kind, version: versions[kind], content: content[kind]() }
}

/** An invoice with so many lines, each saying its own number. */
export function longInvoice(lines: number): RichDocument {
  const document = richDocument('invoice')
  const detalles = Array.from({ length: lines }, (_, index) => ({
    codigoPrincipal: `COD-${index + 1}`,
    descripcion: `Servicio número ${index + 1} del mes`,
    cantidad: '1',
    precioUnitario: '1.00',
    descuento: '0',
    precioTotalSinImpuesto: '1.00',
  }))
  return { ...document, content: { ...document.content, detalles } }
}
