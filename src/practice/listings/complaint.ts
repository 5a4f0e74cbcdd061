/** What is wrong with a line, and what whoever pasted it can do. */
export interface Complaint {
  readonly code: ComplaintCode
  readonly reason: string
  readonly cure: string
}

interface ComplaintFacts {
  /** What may have been meant. */
  readonly meant?: string
  readonly row?: number
  readonly digits?: number
}

type Sentences = readonly [
  reason: (facts: ComplaintFacts) => string,
  cure: (facts: ComplaintFacts) => string,
]

const FROM_SRI = 'Vuelve a bajar el reporte del SRI y súbelo tal como llega, sin abrirlo en Excel.'
const didYouMean = ({ meant }: ComplaintFacts) =>
  meant === undefined
    ? 'Escribe el número como 001-002-000018710 o la clave de 49 dígitos.'
    : `¿Quisiste decir ${meant}?`

const sentences = {
  spreadsheet: [
    () =>
      'Excel convirtió la clave de acceso en un número con exponente y borró sus dígitos: ya no se pueden recuperar.',
    () => FROM_SRI,
  ],
  rounded: [
    () => 'Excel redondeó la clave de acceso: solo quedan sus primeros 15 dígitos.',
    () => FROM_SRI,
  ],
  'spreadsheet-number': [
    () =>
      'Excel convirtió la clave de acceso en un número con exponente. La buscamos por el RUC y el número del comprobante.',
    () => FROM_SRI,
  ],
  'lost-zeros': [() => 'Al número le faltan los ceros del principio: Excel los quita.', didYouMean],
  'check-digit': [
    () => 'El dígito verificador de la clave no cuadra.',
    () => 'Si no aparece, compara la clave con el RIDE.',
  ],
  'key-length': [
    ({ digits = 0 }) =>
      `La clave de acceso tiene ${digits === 1 ? 'un dígito' : `${digits} dígitos`} y son 49.`,
    ({ meant }) => (meant ? `¿Quisiste decir ${meant}?` : 'Cópiala completa del RIDE o del XML.'),
  ],
  letter: [() => 'El número tiene una letra.', didYouMean],
  'number-shape': [() => 'No es un número de comprobante ni una clave de acceso.', didYouMean],
  'authorization-number': [
    () => 'Es un número de autorización de los que el SRI daba hasta 2018, no una clave.',
    () => 'Escribe el número del comprobante, como 001-002-000018710.',
  ],
  'tax-id-alone': [
    () => 'Es un RUC o una cédula, y por sí solo no dice qué comprobante buscas.',
    () => 'Escribe después el número del comprobante, o busca por período.',
  ],
  'no-key': [
    () => 'La fila no tiene clave de acceso.',
    () => 'Revisa que el reporte esté completo o escribe el número del comprobante.',
  ],
  nothing: [
    () => 'No encontramos aquí ninguna clave ni ningún número de comprobante.',
    () => 'Borra la línea o escribe el número como 001-002-000018710.',
  ],
  'too-long': [() => 'La línea es larguísima.', () => 'Deja una clave o un número en cada línea.'],
  repeated: [
    ({ row = 0 }) => `Ya estaba en la fila ${row}.`,
    () => 'La contamos una sola vez; no tienes que hacer nada.',
  ],
} as const satisfies Record<string, Sentences>

export type ComplaintCode = keyof typeof sentences

/** Says in Spanish what is wrong. */
export function complain(code: ComplaintCode, facts: ComplaintFacts = {}): Complaint {
  const [reason, cure]: Sentences = sentences[code]
  return { code, reason: reason(facts), cure: cure(facts) }
}
