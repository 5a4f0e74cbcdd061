import { at, field, type Sentence, said } from './sentence.ts'

const AGAIN = 'Descarga el archivo de nuevo o pídeselo otra vez a quien lo emitió.'
const AS_XML = 'Carga el XML que autorizó el SRI.'

/** Why a file cannot be taken as a receipt: what, where, and how to mend it. */
export const refusals = {
  empty: () => `El archivo está vacío. ${AGAIN}`,
  'too-large': () =>
    'El archivo mide 320 KB o más, que es el límite del SRI. Divide el comprobante en varios.',
  'is-pdf': () => `El archivo es un PDF, no un XML. ${AS_XML}`,
  'is-zip': () => 'El archivo es un ZIP o un libro de Excel, no un XML. Cárgalo como ZIP o ábrelo.',
  'is-html': () => `El archivo es una página web, no un XML. ${AS_XML}`,
  'is-json': () => `El archivo es JSON, no un XML. ${AS_XML}`,
  'is-utf16': () => 'El archivo está en UTF-16 y el SRI usa UTF-8. Guárdalo de nuevo como UTF-8.',
  'not-xml': () => `El archivo no es un XML. ${AS_XML}`,
  'not-utf8': () =>
    'El archivo tiene letras que no están en UTF-8, aunque así lo declara. Guárdalo como UTF-8.',
  'unsupported-encoding': (facts) =>
    `El XML declara la codificación ${field(facts)}; solo se admite UTF-8 o ISO-8859-1. Guárdalo como UTF-8.`,
  'encoding-mismatch': (facts) =>
    `El XML declara ${field(facts)}, pero está escrito en UTF-8. Corrige la declaración o guárdalo como dice.`,
  doctype: () =>
    'El XML trae un DOCTYPE o entidades propias, que el SRI no usa y pueden ser dañinas. Quítalos.',
  'unknown-entity': (facts) =>
    `El XML usa una entidad que no existe${at(facts)}. Escribe la letra o el signo directamente.`,
  'processing-instruction': (facts) =>
    `El XML trae una instrucción de proceso «<?…?>»${at(facts)}, que no se admite. Quítala.`,
  'control-character': (facts) =>
    `El XML tiene un carácter de control que no se ve${at(facts)}. Bórralo y vuelve a firmar.`,
  'too-deep': (facts) =>
    `El XML tiene más niveles anidados de los que usa cualquier comprobante${at(facts)}. ${AS_XML}`,
  'too-many-attributes': (facts) =>
    `Un elemento tiene más de 40 atributos${at(facts)}; ningún comprobante los usa. ${AS_XML}`,
  truncated: () => `El XML está cortado: le falta el final. ${AGAIN}`,
  malformed: (facts) => `El XML está mal formado${at(facts)}. ${AGAIN}`,
  'repeated-element': (facts) =>
    `El elemento ${field(facts)} está repetido${at(facts)} y debe ir una sola vez. ${AGAIN}`,
  'mixed-text': (facts) =>
    `En ${field(facts)} hay texto mezclado con elementos${at(facts)}. ${AGAIN}`,
  'unknown-document': (facts) =>
    `El XML empieza con ${field(facts)}, que no es un comprobante electrónico del SRI. ${AS_XML}`,
  'no-document': () =>
    'La respuesta del SRI no trae ningún comprobante dentro. Consulta otra vez la autorización.',
  'several-documents': () =>
    'El archivo trae varios comprobantes distintos. Carga cada uno en su propio archivo.',
  'key-missing': (facts) =>
    `Falta la clave de acceso en ${field(facts)}: sin ella no se sabe qué comprobante es. ${AGAIN}`,
  'key-malformed': (facts) =>
    `La clave de acceso no tiene 49 dígitos.${said(facts)} Copia los 49, sin espacios ni letras.`,
  'issuer-missing': (facts) => `Falta ${field(facts)}, quien emite el comprobante. ${AGAIN}`,
  'day-missing': (facts) =>
    `El comprobante no dice una fecha de emisión posible en ${field(facts)}.${said(facts)} ${AGAIN}`,
} as const satisfies Record<string, Sentence>
