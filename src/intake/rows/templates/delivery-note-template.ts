import { supportDocuments } from '../../../sri/catalogues/catalogue-support.ts'
import { once, optional, perPart, template } from './column.ts'
import {
  additional,
  description,
  issuer,
  itemCode,
  NAME_MAX,
  namedIdTypes,
  opening,
  quantity,
  recipient,
} from './parts.ts'

const transport = [
  once({
    name: 'direccion_partida',
    title: 'Dirección de partida',
    meaning: 'De dónde sale la carga.',
    rule: { is: 'text', max: NAME_MAX },
  }),
  once({
    name: 'tipo_identificacion_transportista',
    title: 'Tipo de identificación del transportista',
    meaning: 'Qué número identifica al transportista.',
    rule: { is: 'choice', codes: namedIdTypes },
  }),
  once({
    name: 'identificacion_transportista',
    title: 'Identificación del transportista',
    meaning: 'Su número de cédula, RUC o pasaporte.',
    rule: { is: 'identification', type: 'tipo_identificacion_transportista' },
  }),
  once({
    name: 'razon_social_transportista',
    title: 'Transportista',
    meaning: 'Nombres y apellidos o razón social de quien lleva la carga.',
    rule: { is: 'text', max: NAME_MAX },
  }),
  once({
    name: 'placa',
    title: 'Placa',
    meaning: 'La placa del vehículo.',
    rule: { is: 'text', max: 20 },
  }),
  once({
    name: 'fecha_inicio_transporte',
    title: 'Inicio del transporte',
    meaning: 'El día en que sale la carga, no antes de la emisión.',
    rule: { is: 'date' },
  }),
  once({
    name: 'fecha_fin_transporte',
    title: 'Fin del transporte',
    meaning: 'El último día del viaje.',
    rule: { is: 'date' },
  }),
] as const

const destination = [
  perPart({
    name: 'direccion',
    title: 'Dirección',
    meaning: 'A dónde llega la carga. Otra persona u otra dirección es otro destinatario.',
    rule: { is: 'text', max: NAME_MAX },
  }),
  perPart({
    name: 'motivo_traslado',
    title: 'Motivo del traslado',
    meaning: 'Por qué viaja la carga.',
    rule: { is: 'text', max: NAME_MAX },
  }),
  optional(
    perPart({
      name: 'ruta',
      title: 'Ruta',
      meaning: 'Por dónde va.',
      rule: { is: 'text', max: NAME_MAX },
    }),
  ),
  optional(
    perPart({
      name: 'tipo_sustento',
      title: 'Tipo de sustento',
      meaning: 'El documento que ampara la carga, si lo hay; una factura es 01.',
      rule: { is: 'choice', codes: supportDocuments },
    }),
  ),
  optional(
    perPart({
      name: 'numero_sustento',
      title: 'Número de sustento',
      meaning: 'El número de ese documento.',
      rule: { is: 'document-number' },
    }),
  ),
  optional(
    perPart({
      name: 'autorizacion_sustento',
      title: 'Autorización de sustento',
      meaning: 'El número de autorización de ese documento.',
      rule: { is: 'authorization' },
    }),
  ),
  optional(
    perPart({
      name: 'fecha_sustento',
      title: 'Fecha de sustento',
      meaning: 'El día de ese documento.',
      rule: { is: 'date' },
    }),
  ),
] as const

const first = {
  referencia: 'GUI-2026-11-000001',
  fecha_emision: '16/11/2026',
  direccion_partida: 'Av. 9 de Octubre 100 y Malecón, Guayaquil',
  tipo_identificacion_transportista: '04',
  identificacion_transportista: '0999999999001',
  razon_social_transportista: 'COMERCIAL TRES RÍOS CÍA. LTDA.',
  placa: 'GBC0123',
  fecha_inicio_transporte: '16/11/2026',
  fecha_fin_transporte: '17/11/2026',
  informacion_adicional: 'Atención: 1700 000 000',
}

const rosa = {
  tipo_identificacion: '05',
  identificacion: '1359994181',
  razon_social: 'INTRIAGO ZAMBRANO ROSA',
  direccion: 'Calle 13 y avenida 4, Manta',
  motivo_traslado: 'Entrega a domicilio',
}

/** Chequebooks and card terminals on their way to customers, several to a journey. */
export const deliveryNoteTemplate = template({
  kind: 'delivery-note',
  partKey: ['identificacion', 'direccion'],
  columns: [
    ...opening,
    ...transport,
    additional,
    ...recipient('quien recibe', namedIdTypes, perPart),
    ...destination,
    itemCode,
    description,
    quantity,
    issuer,
  ],
  examples: [
    {
      ...first,
      ...rosa,
      codigo: 'CHQ-25',
      descripcion: 'Chequera de 25 cheques',
      cantidad: '2',
    },
    {
      referencia: first.referencia,
      ...rosa,
      codigo: 'TDB-01',
      descripcion: 'Tarjeta de débito',
      cantidad: '1',
    },
    {
      referencia: first.referencia,
      tipo_identificacion: '05',
      identificacion: '1759996349',
      razon_social: 'ANDRADE MOREIRA PEDRO',
      direccion: 'Av. de los Granados E12-80, Quito',
      motivo_traslado: 'Entrega a domicilio',
      codigo: 'CHQ-50',
      descripcion: 'Chequera de 50 cheques',
      cantidad: '1',
    },
  ],
})
