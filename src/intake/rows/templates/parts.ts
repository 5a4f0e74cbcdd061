import { supportDocuments } from '../../../sri/catalogues/catalogue-support.ts'
import { idTypes, paymentForms } from '../../../sri/catalogues/catalogues.ts'
import { type Column, once, optional, perLine } from './column.ts'

/** The columns that several templates share. Lengths are those of the SRI. */
export const NAME_MAX = 300
const CODE_MAX = 25

export const yesOrNo: ReadonlyMap<string, string> = new Map([
  ['SI', 'sí'],
  ['NO', 'no'],
])

/** Whom a note, a settlement or a withholding may be for: somebody with a name. */
export const namedIdTypes: ReadonlyMap<string, string> = new Map(
  [...idTypes].filter(([code]) => code !== '07'),
)

/** Documents that a note may change. */
const changeableDocuments: ReadonlyMap<string, string> = new Map(
  [...supportDocuments].filter(([code]) => ['01', '03', '04', '05', '06', '07'].includes(code)),
)

/** The first columns of every template. */
export const opening: readonly Column[] = [
  once({
    name: 'referencia',
    title: 'Referencia',
    meaning:
      'Tu propio número del comprobante. Las filas seguidas con la misma referencia son líneas de un solo comprobante. Sirve una sola vez, también la de uno que se cerró sin emitir.',
    rule: { is: 'text', max: 50 },
  }),
  optional(
    once({
      name: 'establecimiento',
      title: 'Establecimiento',
      meaning: 'El que emite. Vacío: el de costumbre.',
      rule: { is: 'digits', length: 3 },
    }),
  ),
  optional(
    once({
      name: 'punto_emision',
      title: 'Punto de emisión',
      meaning: 'Va junto con el establecimiento. El secuencial lo pone el portal.',
      rule: { is: 'digits', length: 3 },
    }),
  ),
  once({
    name: 'fecha_emision',
    title: 'Fecha de emisión',
    meaning: 'El día del comprobante, que no puede ser futuro.',
    rule: { is: 'date' },
  }),
]

/**
 * The last column of every template: rows that are kept already have their cells in the order of the
 * columns before it.
 */
export const issuer: Column = optional(
  once({
    name: 'emisor',
    title: 'Emisor',
    meaning:
      'El RUC de quien emite, cuando el banco emite por varios. Vacío: el único que hay. La referencia sirve una sola vez entre todos.',
    rule: { is: 'ruc' },
  }),
)

/** Who a document is for. */
export function recipient(
  who: string,
  types: ReadonlyMap<string, string>,
  scope: typeof once = once,
): Column[] {
  return [
    scope({
      name: 'tipo_identificacion',
      title: 'Tipo de identificación',
      meaning: `Qué número identifica a ${who}.`,
      rule: { is: 'choice', codes: types },
    }),
    scope({
      name: 'identificacion',
      title: 'Identificación',
      meaning: types.has('07')
        ? `Número de cédula, RUC o pasaporte de ${who}; 9999999999999 si es consumidor final.`
        : `Número de cédula, RUC o pasaporte de ${who}.`,
      rule: { is: 'identification', type: 'tipo_identificacion' },
    }),
    scope({
      name: 'razon_social',
      title: 'Razón social',
      meaning: `Nombres y apellidos o razón social de ${who}.`,
      rule: { is: 'text', max: NAME_MAX },
    }),
  ]
}

export const address: Column = optional(
  once({
    name: 'direccion',
    title: 'Dirección',
    meaning: 'Dónde vive o atiende.',
    rule: { is: 'text', max: NAME_MAX },
  }),
)

export const email: Column = optional(
  once({
    name: 'correo',
    title: 'Correo',
    meaning:
      'Se imprime en el comprobante. El aviso no va aquí: va al correo que el cliente registró en el portal.',
    rule: { is: 'email' },
  }),
)

export const paymentForm: Column = once({
  name: 'forma_pago',
  title: 'Forma de pago',
  meaning: 'Con qué se paga; los débitos a una cuenta son 20.',
  rule: { is: 'choice', codes: paymentForms },
})

export const additional: Column = optional(
  once({
    name: 'informacion_adicional',
    title: 'Información adicional',
    meaning: 'Otros datos que se imprimen, como «Cuenta: ******4471 | Canal: Banca web».',
    rule: { is: 'pairs' },
  }),
)

export const total: Column = optional(
  once({
    name: 'total',
    title: 'Total',
    meaning: 'El total con impuestos. Si lo pones, debe ser la suma de las líneas.',
    rule: { is: 'number', places: 2, positive: false },
  }),
)

/** The document that a note changes. */
export const changedDocument: readonly Column[] = [
  once({
    name: 'tipo_modificado',
    title: 'Tipo de documento modificado',
    meaning: 'Qué documento se modifica; una factura es 01.',
    rule: { is: 'choice', codes: changeableDocuments },
  }),
  once({
    name: 'numero_modificado',
    title: 'Número modificado',
    meaning: 'El número del documento que se modifica.',
    rule: { is: 'document-number' },
  }),
  once({
    name: 'fecha_modificado',
    title: 'Fecha del modificado',
    meaning: 'El día del documento que se modifica.',
    rule: { is: 'date' },
  }),
]

export const itemCode: Column = optional(
  perLine({
    name: 'codigo',
    title: 'Código',
    meaning: 'Tu código del producto o servicio.',
    rule: { is: 'text', max: CODE_MAX },
  }),
)

export const description: Column = perLine({
  name: 'descripcion',
  title: 'Descripción',
  meaning: 'Lo que se cobra, entrega o devuelve en esta línea.',
  rule: { is: 'text', max: NAME_MAX },
})

export const quantity: Column = perLine({
  name: 'cantidad',
  title: 'Cantidad',
  meaning: 'Cuántas unidades; mayor que cero.',
  rule: { is: 'number', places: 6, positive: true },
})

/** The tax of a line; `base` says what it is charged on. */
export function vat(base: string): Column[] {
  return [
    perLine({
      name: 'codigo_iva',
      title: 'Código IVA',
      meaning: 'El código de la tarifa que rige ese día; 15 % es 4.',
      rule: { is: 'vat-rate' },
    }),
    optional(
      perLine({
        name: 'valor_iva',
        title: 'Valor IVA',
        meaning: `El IVA de la línea. Vacío: se calcula sobre ${base}. Si lo pones, se admite un centavo de diferencia.`,
        rule: { is: 'number', places: 2, positive: false },
      }),
    ),
  ]
}

/** What is sold, bought or given back, line by line. */
export const saleLines: readonly Column[] = [
  itemCode,
  description,
  quantity,
  perLine({
    name: 'precio_unitario',
    title: 'Precio unitario',
    meaning: 'El precio de una unidad, antes de impuestos.',
    rule: { is: 'number', places: 6, positive: false },
  }),
  optional(
    perLine({
      name: 'descuento',
      title: 'Descuento',
      meaning: 'El descuento de la línea en dólares, antes de impuestos.',
      rule: { is: 'number', places: 2, positive: false },
    }),
  ),
  ...vat('cantidad por precio menos descuento'),
]
