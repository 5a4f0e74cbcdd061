import { idTypes } from '../../../sri/catalogues/catalogues.ts'
import { once, optional, template } from './column.ts'
import {
  additional,
  address,
  changedDocument,
  email,
  issuer,
  NAME_MAX,
  namedIdTypes,
  opening,
  paymentForm,
  recipient,
  saleLines,
  total,
  yesOrNo,
} from './parts.ts'

const term = optional(
  once({
    name: 'plazo_dias',
    title: 'Plazo en días',
    meaning: 'Días para pagar; vacío si ya se cobró.',
    rule: { is: 'number', places: 0, positive: false },
  }),
)

const fee = optional(
  once({
    name: 'cobro_banco',
    title: 'Es un cobro del banco',
    meaning: 'SI para comisiones y servicios: nunca a consumidor final. Vacío: no.',
    rule: { is: 'choice', codes: yesOrNo },
  }),
)

/** Commissions and charges of a bank, one or several to an invoice. */
export const invoiceTemplate = template({
  kind: 'invoice',
  columns: [
    ...opening,
    ...recipient('quien compra', idTypes),
    address,
    email,
    paymentForm,
    term,
    additional,
    total,
    ...saleLines,
    // Behind the others: rows that are kept already have their cells in the order of those.
    fee,
    issuer,
  ],
  examples: [
    {
      referencia: 'COM-2026-11-000001',
      establecimiento: '001',
      punto_emision: '002',
      fecha_emision: '16/11/2026',
      tipo_identificacion: '05',
      identificacion: '0959997214',
      razon_social: 'PAREDES VILLACÍS MARÍA JOSÉ',
      direccion: 'Alborada, 8.ª etapa, mz. 812, Guayaquil',
      correo: 'maria.paredes@correo.example',
      forma_pago: '20',
      cobro_banco: 'SI',
      informacion_adicional: 'Cuenta: Ahorros ******4471 | Canal: Banca web',
      total: '2,89',
      codigo: 'SRV-014',
      descripcion: 'Comisión por transferencia interbancaria',
      cantidad: '2',
      precio_unitario: '0,36',
      codigo_iva: '4',
      valor_iva: '0,11',
    },
    {
      referencia: 'COM-2026-11-000001',
      codigo: 'SRV-041',
      descripcion: 'Mantenimiento de tarjeta de débito',
      cantidad: '1',
      precio_unitario: '1,79',
      codigo_iva: '4',
    },
    {
      referencia: 'COM-2026-11-000002',
      fecha_emision: '16/11/2026',
      tipo_identificacion: '04',
      identificacion: '0999999999001',
      razon_social: 'COMERCIAL TRES RÍOS CÍA. LTDA.',
      correo: 'contabilidad@tresrios.example',
      forma_pago: '20',
      codigo: 'INT-003',
      descripcion: 'Intereses de crédito de consumo',
      cantidad: '1',
      precio_unitario: '1250,75',
      codigo_iva: '0',
    },
  ],
})

/** Reversals of what was charged. */
export const creditNoteTemplate = template({
  kind: 'credit-note',
  columns: [
    ...opening,
    ...recipient('quien se devuelve', namedIdTypes),
    email,
    ...changedDocument,
    once({
      name: 'motivo',
      title: 'Motivo',
      meaning: 'Por qué se devuelve.',
      rule: { is: 'text', max: NAME_MAX },
    }),
    additional,
    total,
    ...saleLines,
    issuer,
  ],
  examples: [
    {
      referencia: 'REV-2026-11-000001',
      fecha_emision: '17/11/2026',
      tipo_identificacion: '05',
      identificacion: '0959997214',
      razon_social: 'PAREDES VILLACÍS MARÍA JOSÉ',
      correo: 'maria.paredes@correo.example',
      tipo_modificado: '01',
      numero_modificado: '001-002-000018710',
      fecha_modificado: '16/11/2026',
      motivo: 'Comisión cobrada dos veces',
      total: '0,41',
      codigo: 'SRV-014',
      descripcion: 'Comisión por transferencia interbancaria',
      cantidad: '1',
      precio_unitario: '0,36',
      codigo_iva: '4',
      valor_iva: '0,05',
    },
  ],
})

/** Purchases from somebody who issues no invoices. */
export const purchaseSettlementTemplate = template({
  kind: 'purchase-settlement',
  columns: [
    ...opening,
    ...recipient('quien vende', namedIdTypes),
    address,
    email,
    paymentForm,
    term,
    additional,
    total,
    ...saleLines,
    issuer,
  ],
  examples: [
    {
      referencia: 'LIQ-2026-11-000001',
      fecha_emision: '16/11/2026',
      tipo_identificacion: '05',
      identificacion: '1359994181',
      razon_social: 'INTRIAGO ZAMBRANO ROSA',
      direccion: 'Calle 13 y avenida 4, Manta',
      correo: 'rosa.intriago@correo.example',
      forma_pago: '20',
      codigo: 'LIM-001',
      descripcion: 'Limpieza de la agencia Manta, noviembre',
      cantidad: '1',
      precio_unitario: '120',
      codigo_iva: '4',
      valor_iva: '18',
    },
  ],
})
