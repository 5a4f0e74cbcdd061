/** What a sentence may tell. */
export interface FaultFacts {
  /** What ought to stand there. */
  readonly expected?: string
  /** What stands there, fit to be shown. */
  readonly value?: string
  /** The other row that matters. */
  readonly row?: number
  /** The number of another lot. */
  readonly lot?: string
}

type Sentence = (facts: FaultFacts) => string

const wanted = ({ expected = '' }: FaultFacts): string => expected
const said = ({ value = '' }: FaultFacts): string => `«${value}»`
const where = ({ row }: FaultFacts): string => `fila ${row ?? ''}`

const AS_TEXT = 'Da formato de texto a la columna y escríbelo otra vez.'

/** What may be wrong with one cell, whatever stands beside it. */
const ofCells = {
  missing: () => 'Está vacío y es obligatorio. Complétalo.',
  'too-long': (facts) => `Es demasiado largo: caben ${wanted(facts)} letras. Acórtalo.`,
  'line-break': () => 'Tiene un salto de línea. Escríbelo en una sola línea.',
  'hidden-character': () => 'Tiene un carácter que no se ve. Bórralo y escríbelo otra vez.',
  'damaged-letters': () =>
    'Tiene letras dañadas al guardar el archivo. Guárdalo como CSV UTF-8 y revisa las tildes y la ñ.',
  'spreadsheet-error': (facts) =>
    `${said(facts)} es un error de la hoja de cálculo, no un dato. Corrige la fórmula o escribe el valor.`,
  'zeros-lost': (facts) =>
    `La hoja de cálculo quitó los ceros del comienzo: debe ser ${wanted(facts)}. ${AS_TEXT}`,
  'number-mangled': () =>
    `La hoja de cálculo lo redondeó y perdió sus cifras. Da formato de texto a la columna y cópialo otra vez del original.`,
  'wrong-form': (facts) => `Debe ser ${wanted(facts)}. Corrígelo.`,
  'unknown-code': (facts) => `No es un código de la tabla. Usa ${wanted(facts)}.`,
  'rate-not-code': (facts) => `Es la tarifa, no su código. Usa ${wanted(facts)}.`,
  'date-form': () => 'No es una fecha. Escríbela como 16/11/2026.',
  'date-impossible': (facts) => `${wanted(facts)}. Corrige la fecha.`,
  'date-order': () => 'Va primero el día y después el mes, como 16/11/2026. Corrige la fecha.',
  'date-short-year': () => 'Escribe el año con cuatro cifras, como 16/11/2026.',
  'date-serial': (facts) =>
    `La hoja de cálculo guardó la fecha como número: parece ser ${wanted(facts)}. Da formato de fecha a la columna.`,
  'number-form': () => 'No es un número. Escríbelo solo con cifras y coma decimal, como 1234,50.',
  'number-ambiguous': (facts) =>
    `Puede ser ${wanted(facts)}. Escribe los miles sin separador y los decimales con coma.`,
  'number-places': (facts) => `Tiene más decimales de los que caben: ${wanted(facts)}. Redondéalo.`,
  'number-negative': () =>
    'Es negativo. Escríbelo sin signo; para devolver usa una nota de crédito.',
  'number-zero': () => 'Es cero. Escribe un valor mayor que cero.',
  'number-large': () => 'Es más grande de lo que admite el SRI. Revisa las cifras y los decimales.',
  'id-check-digit': () => 'El dígito verificador no cuadra. Revisa el número con el cliente.',
  'id-other-type': (facts) =>
    `No corresponde a su tipo de identificación: parece ${wanted(facts)}. Corrige el tipo o el número.`,
  'email-form': (facts) => `${wanted(facts)}. Corrige el correo.`,
  'pair-form': () =>
    'Cada dato adicional va como «Nombre: valor», separados por «|», hasta 14. Corrígelo.',
} as const satisfies Record<string, Sentence>

/** What may be wrong with a row as it was written down. */
const ofRows = {
  'row-long': (facts) =>
    `La fila tiene ${wanted(facts)}. Pon entre comillas los textos que tienen el separador.`,
  'row-short': (facts) =>
    `La fila termina antes de tiempo: falta desde ${wanted(facts)}. Completa la fila.`,
  'stray-quote': () =>
    'Después de unas comillas que cierran hay más texto. Escribe dobles las comillas que van dentro.',
  'formula-without-value': () =>
    'Es una fórmula sin resultado guardado. Abre el archivo en Excel, guárdalo o escribe el valor.',
} as const satisfies Record<string, Sentence>

/** What cells that are right by themselves may say against each other. */
const ofReceipts = {
  differs: (facts) =>
    `La ${where(facts)} de la misma referencia dice ${said(facts)}. Pon el mismo dato en todas sus líneas.`,
  'repeated-line': (facts) =>
    `Es igual a la ${where(facts)} de la misma referencia. Quítala, o suma las cantidades en una sola línea.`,
  'repeated-reference': (facts) =>
    `Esta referencia ya está en la ${where(facts)}. Junta las líneas del comprobante o usa otra referencia.`,
  'too-many-lines': (facts) => `Un comprobante admite hasta ${wanted(facts)} líneas. Divídelo.`,
  'future-date': () => 'Esa fecha todavía no llega. Corrige la fecha.',
  'dates-reversed': (facts) => `Debe ser ${wanted(facts)}. Corrige las fechas.`,
  'series-incomplete': () =>
    'Establecimiento y punto de emisión van juntos. Completa los dos o deja vacíos ambos.',
  'rate-not-valid': (facts) => `${wanted(facts)}.`,
  'vat-mismatch': (facts) => `No coincide: ${wanted(facts)}. Corrige el IVA o déjalo vacío.`,
  'withheld-mismatch': (facts) =>
    `No coincide: ${wanted(facts)}. Corrige el valor retenido o déjalo vacío.`,
  'total-mismatch': (facts) =>
    `Las líneas suman ${wanted(facts)} con impuestos. Corrige el total o las líneas.`,
  'discount-larger': (facts) =>
    `El descuento es mayor que el precio de la línea, ${wanted(facts)}. Corrígelo.`,
  'base-larger': (facts) => `No puede ser mayor que ${wanted(facts)}. Corrige los valores.`,
  'percentage-of-code': (facts) =>
    `Ese código retiene el ${wanted(facts)} %. Corrige el código o el porcentaje.`,
  'fee-unnamed': () =>
    'Un cobro del banco no puede ser a consumidor final, porque no se podría acreditar. Pon la identificación del cliente.',
  'final-consumer-limit': (facts) =>
    `A consumidor final solo se factura hasta $50,00 y este suma ${wanted(facts)}. Identifica al comprador.`,
} as const satisfies Record<string, Sentence>

/** What only shows beside what is there already: other lots, programs, invoices. */
const ofLots = {
  'in-other-lot': ({ lot = '' }) =>
    `Ya existe en el lote ${lot}. Si es el mismo comprobante, no corrijas nada; si es otro, dale otra referencia.`,
  'asked-by-program': () =>
    'Un programa del banco ya pidió emitirlo. Si es el mismo comprobante, quita estas filas; si es otro, dale otra referencia.',
  'published-by-other': () =>
    'Otro lote publicó antes esta referencia. Si es el mismo comprobante, no corrijas nada; si es otro, dale otra referencia.',
  'credit-held': (facts) => wanted(facts),
  'issuer-missing': (facts) =>
    `El banco emite por varios y aquí no dice por cuál. Escribe su RUC: ${wanted(facts)}.`,
  'issuer-unknown': (facts) => `No es un emisor registrado. Usa ${wanted(facts)}.`,
} as const satisfies Record<string, Sentence>

/** What deserves another look and holds nothing back: no table here is the law. */
const ofWarnings = {
  'ruc-check-digit': () =>
    'El dígito verificador del RUC no cuadra, como pasa con algunos RUC nuevos. Míralo otra vez.',
  'unknown-withholding': () =>
    'No conocemos ese código de retención. Confírmalo en la tabla vigente del SRI.',
  'other-percentage': (facts) =>
    `En esa fecha el código suele retener el ${wanted(facts)} %. Confírmalo antes de emitir.`,
} as const satisfies Record<string, Sentence>

const all = { ...ofCells, ...ofRows, ...ofReceipts, ...ofLots, ...ofWarnings }

export type FaultCode = keyof typeof all

/** Every sentence says what is wrong and how to mend it. */
export const faultSentences: Readonly<Record<FaultCode, Sentence>> = all
