/** What a sentence may tell. */
interface RefusalFacts {
  /** A series: `001-002`. */
  readonly place?: string
  /** Of an issuer. */
  readonly ruc?: string
  /** The number of the invoice, and amounts as they are read. */
  readonly invoice?: string
  readonly left?: string
  readonly asked?: string
}

const refusals = {
  'no-issuer': () =>
    'Falta el emisor: registra su RUC, su dirección y un punto de emisión antes de emitir.',
  'several-issuers': () =>
    'Hay más de un emisor registrado y el comprobante no dice de cuál es: retira sus filas y cárgalas otra vez con el RUC en la columna «emisor».',
  'unknown-issuer': ({ ruc }) =>
    `No hay un emisor registrado con el RUC ${ruc}: regístralo, o retira las filas y cárgalas con el de uno que lo esté.`,
  'no-default-point': () =>
    'El comprobante no dice dónde se emite y ningún punto de emisión es el que se usa por defecto: elige uno.',
  'unknown-point': ({ place }) =>
    `No hay un punto de emisión ${place} en uso: créalo o actívalo, o emite en otro.`,
  'series-full': ({ place }) =>
    `La serie ${place} no tiene tantos números libres: usa otro punto de emisión.`,
  'fee-unnamed': () =>
    'Una factura por un servicio del banco no puede ser a consumidor final, porque no se podría acreditar: pon la identificación del cliente.',
  'not-correctable': () =>
    'Este comprobante no espera una corrección: ya está en camino, ya fue autorizado o alguien lo cerró.',
  changed: () =>
    'Mientras tanto cambió: otra persona lo corrigió, o ya va en camino. Mira cómo quedó antes de seguir.',
  'no-reason': () => 'Escribe por qué, en 10 a 500 caracteres: queda en la historia del número.',
  'not-lost': () => 'Este número ya no espera una decisión: mira cómo quedó.',
  'other-kind': () => 'Una corrección no cambia el tipo de comprobante: emite otro.',
  'other-series': () => 'Una corrección conserva el número: no puede cambiar el punto de emisión.',
  'other-day': () =>
    'La fecha de emisión es parte de la clave y solo cambia antes del primer envío, o cuando el SRI devolvió el comprobante por su fecha.',
  'gives-too-much': ({ invoice, left, asked }) =>
    `Esta nota de crédito devuelve ${asked}, más de lo que queda por devolver de la factura ${invoice}, que es ${left}: baja sus valores, o devuelve lo que queda desde la página de la factura.`,
  'gives-to-nobody': ({ invoice }) =>
    `La factura ${invoice} es de un consumidor final, y no se le puede acreditar nada.`,
  'gives-of-annulled': ({ invoice }) =>
    `La factura ${invoice} está anulada y ya no hay nada que devolver de ella: revisa su número.`,
  'not-spent': () => 'Este comprobante ya no espera más intentos: mira cómo quedó.',
  unchanged: () =>
    'Nada cambió: el SRI lo devolvería otra vez y bloquearía la clave. Corrige lo que dice el motivo.',
} satisfies Record<string, (facts: RefusalFacts) => string>

/** Why something is not issued, or not corrected. */
export interface IssuingRefusal {
  readonly code: keyof typeof refusals
  /** In Spanish: what is wrong and how to mend it. */
  readonly message: string
}

export function refuseIssuing(
  code: IssuingRefusal['code'],
  facts: RefusalFacts = {},
): IssuingRefusal {
  return { code, message: refusals[code](facts) }
}
