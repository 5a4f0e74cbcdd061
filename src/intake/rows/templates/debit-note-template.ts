import { perLine, template } from './column.ts'
import {
  additional,
  changedDocument,
  email,
  issuer,
  NAME_MAX,
  namedIdTypes,
  opening,
  paymentForm,
  recipient,
  total,
  vat,
} from './parts.ts'

/** Something more to pay on a document, reason by reason. */
export const debitNoteTemplate = template({
  kind: 'debit-note',
  columns: [
    ...opening,
    ...recipient('quien se cobra', namedIdTypes),
    email,
    ...changedDocument,
    paymentForm,
    additional,
    total,
    perLine({
      name: 'razon',
      title: 'Razón',
      meaning: 'Por qué se cobra más.',
      rule: { is: 'text', max: NAME_MAX },
    }),
    perLine({
      name: 'valor',
      title: 'Valor',
      meaning: 'Lo que se cobra por esa razón, antes de impuestos.',
      rule: { is: 'number', places: 2, positive: true },
    }),
    ...vat('la suma de los valores con la misma tarifa'),
    issuer,
  ],
  examples: [
    {
      referencia: 'DEB-2026-11-000001',
      fecha_emision: '17/11/2026',
      tipo_identificacion: '05',
      identificacion: '1759996349',
      razon_social: 'ANDRADE MOREIRA PEDRO',
      correo: 'pedro.andrade@correo.example',
      tipo_modificado: '01',
      numero_modificado: '001-002-000018711',
      fecha_modificado: '16/11/2026',
      forma_pago: '20',
      total: '9,73',
      razon: 'Gestión de cobranza',
      valor: '6,38',
      codigo_iva: '4',
    },
    {
      referencia: 'DEB-2026-11-000001',
      razon: 'Interés por mora',
      valor: '2,39',
      codigo_iva: '0',
    },
  ],
})
