/**
 * What a message of the SRI means for the document that it came with:
 * `mend`: a person corrects something, and until then it is not sent again;
 * `registered`, `processing`, `number-known`: the SRI has it, or has its number: ask;
 * `trouble`: the SRI's own, the same bytes go again; `limit`: not today any more;
 * `warning`: says nothing against it; `query`: is about our question and not about the document.
 */
export type Effect =
  | 'mend'
  | 'registered'
  | 'processing'
  | 'number-known'
  | 'trouble'
  | 'limit'
  | 'warning'
  | 'query'

/** Where a fault is mended: in the draft, in its date, in what the SRI knows of the issuer, … */
export type Mender = 'document' | 'date' | 'issuer' | 'certificate' | 'program'

export interface CodeFacts {
  readonly effect: Effect
  /** Of a `mend`. */
  readonly mender: Mender | null
  /** For staff: what is wrong and what to do about it. */
  readonly says: string
}

const mend = (mender: Mender, says: string): CodeFacts => ({ effect: 'mend', mender, says })
const otherwise = (effect: Effect, says: string): CodeFacts => ({ effect, mender: null, says })

const KEEPS = 'Conserva su clave y su número.'
const CORRECT = `Corrígelo y se firmará y enviará otra vez. ${KEEPS}`
const AT_THE_SRI = `Arréglalo en el portal del SRI y pide aquí que se envíe otra vez. ${KEEPS}`

/** Every message that the SRI documents, by its number: the texts vary, the numbers do not. */
export const CODES: ReadonlyMap<string, CodeFacts> = new Map([
  ['2', mend('issuer', `El RUC del emisor no está activo en el SRI. ${AT_THE_SRI}`)],
  ['10', mend('issuer', `El SRI tiene clausurado este establecimiento. ${AT_THE_SRI}`)],
  ['26', mend('document', `El archivo pasa del tamaño que el SRI recibe. Acórtalo. ${KEEPS}`)],
  ['27', mend('issuer', `El SRI no deja emitir a esta clase de contribuyente. ${AT_THE_SRI}`)],
  ['28', mend('issuer', `Falta el acuerdo de medios electrónicos con el SRI. ${AT_THE_SRI}`)],
  ['34', mend('issuer', `El emisor no tiene permiso para este tipo de comprobante. ${AT_THE_SRI}`)],
  ['35', mend('document', `El XML no cumple la estructura que pide el SRI. ${CORRECT}`)],
  ['36', mend('program', 'El SRI ya no recibe esta versión del documento. Avisa a soporte.')],
  ['37', mend('issuer', `El RUC no tiene autorización para emitir. ${AT_THE_SRI}`)],
  [
    '39',
    mend(
      'certificate',
      `El SRI no dio por buena la firma. Revisa el certificado y pide que se firme otra vez. ${KEEPS}`,
    ),
  ],
  [
    '40',
    mend(
      'certificate',
      `El SRI no pudo leer el certificado. Instala otro y pide que se firme otra vez. ${KEEPS}`,
    ),
  ],
  [
    '42',
    mend(
      'certificate',
      `El certificado está revocado. Instala uno vigente y pide que se firme otra vez. ${KEEPS}`,
    ),
  ],
  ['43', otherwise('registered', 'El SRI ya tenía esta clave. Se pregunta por su autorización.')],
  [
    '45',
    otherwise(
      'number-known',
      'El SRI ya tiene este número. Se pregunta si está bajo nuestra clave.',
    ),
  ],
  ['46', mend('document', `El SRI no conoce uno de los RUC del documento. ${CORRECT}`)],
  ['47', mend('program', 'El SRI no conoce este tipo de comprobante. Avisa a soporte.')],
  ['48', mend('program', 'El SRI no conoce la versión del documento. Avisa a soporte.')],
  ['49', mend('program', 'El SRI dice que la petición llegó vacía. Avisa a soporte.')],
  ['50', otherwise('trouble', 'El SRI tuvo un error propio. El mismo archivo se envía otra vez.')],
  ['52', mend('document', `Los valores no cuadran para el SRI. ${CORRECT}`)],
  ['56', mend('issuer', `El establecimiento está cerrado en el SRI. ${AT_THE_SRI}`)],
  ['57', mend('issuer', `El SRI suspendió la autorización para emitir. ${AT_THE_SRI}`)],
  ['58', mend('program', 'La clave no corresponde a los datos del documento. Avisa a soporte.')],
  ['59', otherwise('warning', 'El SRI no encontró la identificación de quien recibe.')],
  ['60', otherwise('warning', 'Es un documento del ambiente de pruebas.')],
  ['62', otherwise('warning', 'El SRI duda de la identificación de quien recibe.')],
  ['63', mend('issuer', `El RUC está clausurado. ${AT_THE_SRI}`)],
  ['64', mend('document', `El código de sustento no corresponde. ${CORRECT}`)],
  [
    '65',
    mend(
      'date',
      'La fecha de emisión es posterior al reloj del SRI o demasiado antigua. Si es la de hoy, revisa la hora del servidor y pide que se envíe otra vez; si no, corrige la fecha: conserva su número y recibe otra clave, porque la fecha es parte de ella.',
    ),
  ],
  [
    '67',
    mend(
      'date',
      'El SRI no entiende la fecha de emisión. Corrígela: conserva su número y recibe otra clave, porque la fecha es parte de ella.',
    ),
  ],
  ['68', otherwise('warning', 'El SRI no encontró el documento de sustento.')],
  [
    '69',
    mend(
      'document',
      `El tipo y el número de identificación de quien recibe no van juntos, o aquí no se admite consumidor final. ${CORRECT}`,
    ),
  ],
  ['70', otherwise('processing', 'El SRI todavía procesa esta clave. Ni se reenvía ni se cambia.')],
  [
    '80',
    otherwise('query', 'El SRI no entendió la pregunta por esta clave. Se pregunta otra vez.'),
  ],
  ['82', mend('document', `El transporte no puede empezar antes de la emisión. ${CORRECT}`)],
  [
    '90',
    otherwise(
      'limit',
      'El SRI no acepta hoy más intentos con esta clave. Se envía otra vez en 24 horas.',
    ),
  ],
  ['92', mend('document', `Los datos de la devolución de IVA no cuadran. ${CORRECT}`)],
  ['99', otherwise('query', 'El SRI no pudo contestar la consulta. Se pregunta otra vez.')],
])

/** What a number says that no table has: nothing is sent again until somebody has looked. */
export const UNKNOWN_CODE: CodeFacts = mend(
  'document',
  `El SRI dio un motivo que el portal no conoce. Lee lo que dijo. ${CORRECT}`,
)

/** A refusal without any reason. */
export const NO_CODE: CodeFacts = mend(
  'document',
  `El SRI no dijo por qué. Revisa el documento. ${CORRECT}`,
)
