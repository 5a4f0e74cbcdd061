import { field, type Sentence, said, wanted } from './sentence.ts'

/** What the SRI would object to, and the cure; of an authorised document only the first is said. */
export const problems = {
  'unknown-version': [
    (facts) =>
      `La versión ${field(facts)} no existe para este tipo de comprobante; hay ${wanted(facts)}.`,
    'Usa una de ellas.',
  ],
  'unknown-element': [
    (facts) => `El elemento ${field(facts)} no pertenece al comprobante y no se toma en cuenta.`,
    'Quítalo.',
  ],
  'not-in-version': [
    (facts) => `El elemento ${field(facts)} no existe en la versión ${wanted(facts)}.`,
    'Quítalo o cambia la versión.',
  ],
  'wrong-order': [
    (facts) => `El elemento ${field(facts)} está fuera de su lugar: el SRI exige un orden fijo.`,
    'Muévelo.',
  ],
  required: [(facts) => `Falta ${field(facts)}, que es obligatorio.`, 'Complétalo.'],
  blank: [
    (facts) => `El campo ${field(facts)} está vacío.`,
    'Complétalo, o quítalo si es opcional.',
  ],
  'too-long': [
    (facts) => `El campo ${field(facts)} es demasiado largo: admite ${wanted(facts)} caracteres.`,
    'Acórtalo.',
  ],
  'too-short': [
    (facts) => `El campo ${field(facts)} es demasiado corto: necesita ${wanted(facts)} caracteres.`,
    'Complétalo.',
  ],
  'line-break': [
    (facts) => `El campo ${field(facts)} tiene un salto de línea, que no se admite.`,
    'Escríbelo en una sola línea.',
  ],
  'wrong-form': [
    (facts) => `El campo ${field(facts)} debe ser ${wanted(facts)}.${said(facts)}`,
    'Corrígelo.',
  ],
  'wrong-number': [
    (facts) => `El campo ${field(facts)} debe ser un número con ${wanted(facts)}.${said(facts)}`,
    'Corrígelo.',
  ],
  'wrong-date': [
    (facts) =>
      `El campo ${field(facts)} no es una fecha del calendario como 16/11/2026.${said(facts)}`,
    'Corrige la fecha.',
  ],
  'too-few': [
    (facts) => `En ${field(facts)} hace falta al menos ${wanted(facts)}.`,
    'Agrega lo que falta.',
  ],
  'too-many': [
    (facts) => `En ${field(facts)} se admiten como máximo ${wanted(facts)}.`,
    'Quita los demás.',
  ],
  'direction-characters': [
    () => 'El texto tiene marcas invisibles que cambian el sentido de lectura.',
    'Bórralas.',
  ],
  'unknown-code': [
    (facts) => `El código de ${field(facts)} no está en las tablas del SRI.${said(facts)}`,
    'Usa un código de la tabla.',
  ],
  'key-check-digit': [
    (facts) => `El dígito verificador de la clave de acceso no corresponde.${said(facts)}`,
    'Genera la clave otra vez.',
  ],
  'key-impossible': [
    (facts) => `La clave de acceso no es posible por ${wanted(facts)}.`,
    'Genera la clave otra vez.',
  ],
  'key-mismatch': [
    (facts) =>
      `El campo ${field(facts)} no coincide con la clave de acceso, que dice «${wanted(facts)}».${said(facts)}`,
    'Corrige el campo o genera la clave otra vez.',
  ],
  'key-from-authorization': [
    () =>
      'La clave dentro del comprobante no sirve; se toma el número de autorización en su lugar.',
    '',
  ],
  'authorization-mismatch': [
    (facts) => `El número de autorización no es la clave de acceso del comprobante.${said(facts)}`,
    'Descarga otra vez la autorización.',
  ],
  'authorization-date': [
    (facts) => `No se entiende la fecha de autorización.${said(facts)}`,
    'Descarga otra vez la autorización.',
  ],
  'unknown-status': [
    (facts) => `El estado de la autorización no se conoce.${said(facts)}`,
    'Consulta otra vez la autorización.',
  ],
  'kind-mismatch': [
    (facts) =>
      `El campo ${field(facts)} dice otro tipo de comprobante: debe ser «${wanted(facts)}».${said(facts)}`,
    'Corrígelo.',
  ],
  'future-date': [
    (facts) => `La fecha de ${field(facts)} todavía no llega.${said(facts)}`,
    'Corrige la fecha.',
  ],
  'dates-reversed': [
    (facts) => `La fecha de ${field(facts)} debe ser ${wanted(facts)}.${said(facts)}`,
    'Corrige las fechas.',
  ],
  'id-form': [
    (facts) => `La identificación en ${field(facts)} debe ser ${wanted(facts)}.${said(facts)}`,
    'Corrige el número o el tipo de identificación.',
  ],
  'final-consumer-forbidden': [
    (facts) => `Este comprobante no puede ser a consumidor final en ${field(facts)}.`,
    'Identifica a la persona.',
  ],
  'final-consumer-limit': [
    (facts) => `A consumidor final solo se factura hasta $50,00; lo es ${field(facts)}.`,
    'Identifica al comprador.',
  ],
  'line-amount': [
    (facts) =>
      `En ${field(facts)} la cantidad por el precio menos el descuento da ${wanted(facts)}.${said(facts)}`,
    'Calcula otra vez la línea.',
  ],
  'tax-amount': [
    (facts) =>
      `El impuesto en ${field(facts)} debería ser ${wanted(facts)}, base por tarifa.${said(facts)}`,
    'Calcula otra vez el impuesto.',
  ],
  'tax-sum': [
    (facts) =>
      `Los impuestos de las líneas suman ${wanted(facts)} para ${field(facts)}.${said(facts)}`,
    'Suma otra vez los impuestos.',
  ],
  'net-sum': [
    (facts) => `Las líneas suman ${wanted(facts)} para ${field(facts)}.${said(facts)}`,
    'Suma otra vez las líneas.',
  ],
  'total-sum': [
    (facts) =>
      `El total en ${field(facts)} debería ser ${wanted(facts)}: valores más impuestos.${said(facts)}`,
    'Suma otra vez el total.',
  ],
  'payments-sum': [
    (facts) =>
      `Las formas de pago deben sumar ${wanted(facts)}, el total en ${field(facts)}.${said(facts)}`,
    'Corrige las formas de pago.',
  ],
  'rate-of-code': [
    (facts) =>
      `La tarifa en ${field(facts)} no es la de su código: corresponde ${wanted(facts)}.${said(facts)}`,
    'Corrige el código o la tarifa.',
  ],
  'rate-not-valid': [
    (facts) =>
      `La tarifa de IVA en ${field(facts)} no regía en esa fecha: ${wanted(facts)}.${said(facts)}`,
    'Usa la tarifa vigente.',
  ],
} as const satisfies Record<string, readonly [says: Sentence, cure: string]>
