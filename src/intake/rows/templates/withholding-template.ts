import { supportDocuments, supportReasons } from '../../../sri/catalogues/catalogue-support.ts'
import { paymentForms } from '../../../sri/catalogues/catalogues.ts'
import { once, optional, perLine, perPart, template } from './column.ts'
import { additional, email, issuer, namedIdTypes, opening, recipient, yesOrNo } from './parts.ts'

const subjectKinds: ReadonlyMap<string, string> = new Map([
  ['01', 'persona natural'],
  ['02', 'sociedad'],
])

const withheldTaxes: ReadonlyMap<string, string> = new Map([
  ['1', 'renta'],
  ['2', 'IVA'],
  ['6', 'ISD'],
])

const subject = [
  optional(
    once({
      name: 'tipo_sujeto',
      title: 'Tipo de sujeto',
      meaning: 'Solo con identificación del exterior: qué clase de persona es.',
      rule: { is: 'choice', codes: subjectKinds },
    }),
  ),
  optional(
    once({
      name: 'parte_relacionada',
      title: 'Parte relacionada',
      meaning: 'Si es parte relacionada del banco. Vacío: NO.',
      rule: { is: 'choice', codes: yesOrNo },
    }),
  ),
] as const

/** The paper that says what was paid; its taxes stand in it, what is withheld in the lines. */
const support = [
  perPart({
    name: 'codigo_sustento',
    title: 'Código de sustento',
    meaning: 'Para qué sirve el documento; los intereses de un depósito son 10.',
    rule: { is: 'choice', codes: supportReasons },
  }),
  perPart({
    name: 'tipo_sustento',
    title: 'Tipo de sustento',
    meaning: 'Qué documento es; el de una institución financiera es 12.',
    rule: { is: 'choice', codes: supportDocuments },
  }),
  perPart({
    name: 'numero_sustento',
    title: 'Número de sustento',
    meaning: 'Su número, con establecimiento y punto de emisión.',
    rule: { is: 'document-number' },
  }),
  perPart({
    name: 'fecha_sustento',
    title: 'Fecha de sustento',
    meaning: 'El día de ese documento.',
    rule: { is: 'date' },
  }),
  optional(
    perPart({
      name: 'autorizacion_sustento',
      title: 'Autorización de sustento',
      meaning: 'Su número de autorización, si lo tiene.',
      rule: { is: 'authorization' },
    }),
  ),
  perPart({
    name: 'subtotal_sustento',
    title: 'Subtotal de sustento',
    meaning: 'Lo pagado antes de impuestos. Los pagos al exterior no van en esta plantilla.',
    rule: { is: 'number', places: 2, positive: false },
  }),
  perPart({
    name: 'codigo_iva_sustento',
    title: 'Código IVA de sustento',
    meaning: 'La tarifa de IVA que cobró el documento; los intereses llevan 0.',
    rule: { is: 'vat-rate' },
  }),
  optional(
    perPart({
      name: 'base_iva_sustento',
      title: 'Base IVA de sustento',
      meaning:
        'La parte del subtotal con esa tarifa; el resto va con 0 %. Vacío: todo el subtotal.',
      rule: { is: 'number', places: 2, positive: false },
    }),
  ),
  optional(
    perPart({
      name: 'valor_iva_sustento',
      title: 'Valor IVA de sustento',
      meaning:
        'El IVA que cobró. Vacío: se calcula. Si lo pones, se admite un centavo de diferencia.',
      rule: { is: 'number', places: 2, positive: false },
    }),
  ),
  perPart({
    name: 'forma_pago',
    title: 'Forma de pago',
    meaning: 'Con qué se pagó; lo acreditado en una cuenta es 20.',
    rule: { is: 'choice', codes: paymentForms },
  }),
] as const

const withheld = [
  perLine({
    name: 'impuesto_retenido',
    title: 'Impuesto retenido',
    meaning: 'Qué impuesto se retiene en esta línea.',
    rule: { is: 'choice', codes: withheldTaxes },
  }),
  perLine({
    name: 'codigo_retencion',
    title: 'Código de retención',
    meaning: 'El de la tabla del SRI: 323E en un depósito a plazo, 1 en el 30 % de IVA.',
    rule: { is: 'text', max: 5 },
  }),
  perLine({
    name: 'base_imponible',
    title: 'Base imponible',
    meaning: 'Sobre qué se retiene.',
    rule: { is: 'number', places: 2, positive: false },
  }),
  perLine({
    name: 'porcentaje',
    title: 'Porcentaje',
    meaning: 'Cuánto se retiene por cada cien.',
    rule: { is: 'percentage' },
  }),
  optional(
    perLine({
      name: 'valor_retenido',
      title: 'Valor retenido',
      meaning: 'Vacío: base por porcentaje. Si lo pones, se admite un centavo de diferencia.',
      rule: { is: 'number', places: 2, positive: false },
    }),
  ),
] as const

const voucher = {
  codigo_sustento: '10',
  tipo_sustento: '12',
  numero_sustento: '001-001-000004512',
  fecha_sustento: '16/11/2026',
  subtotal_sustento: '412,50',
  codigo_iva_sustento: '0',
  forma_pago: '20',
}

/** Tax withheld on the interest of deposits and on what suppliers are paid. */
export const withholdingTemplate = template({
  kind: 'withholding',
  partKey: ['tipo_sustento', 'numero_sustento'],
  columns: [
    ...opening,
    ...recipient('quien se retiene', namedIdTypes),
    ...subject,
    email,
    additional,
    ...support,
    ...withheld,
    issuer,
  ],
  examples: [
    {
      referencia: 'RET-2026-11-000001',
      fecha_emision: '16/11/2026',
      tipo_identificacion: '05',
      identificacion: '0959997214',
      razon_social: 'PAREDES VILLACÍS MARÍA JOSÉ',
      correo: 'maria.paredes@correo.example',
      informacion_adicional: 'Póliza: 4512',
      ...voucher,
      impuesto_retenido: '1',
      codigo_retencion: '323E',
      base_imponible: '412,50',
      porcentaje: '3',
      valor_retenido: '12,38',
    },
    ...[
      {
        impuesto_retenido: '1',
        codigo_retencion: '3440',
        base_imponible: '200',
        porcentaje: '3',
      },
      {
        impuesto_retenido: '2',
        codigo_retencion: '2',
        base_imponible: '27',
        porcentaje: '70',
      },
    ].map((line) => ({
      referencia: 'RET-2026-11-000002',
      fecha_emision: '16/11/2026',
      tipo_identificacion: '04',
      identificacion: '0999999999001',
      razon_social: 'COMERCIAL TRES RÍOS CÍA. LTDA.',
      codigo_sustento: '01',
      tipo_sustento: '01',
      numero_sustento: '001-001-000000321',
      fecha_sustento: '12/11/2026',
      subtotal_sustento: '200',
      codigo_iva_sustento: '4',
      base_iva_sustento: '180',
      valor_iva_sustento: '27',
      forma_pago: '20',
      ...line,
    })),
  ],
})
