import { formatCount } from '../../values/count.ts'

interface RefusalFacts {
  readonly lines?: number
  readonly max?: number
}

const AS_TEXT = 'Sube el reporte de texto del SRI o una lista en CSV o TXT.'

/** Why a listing is not read at all. */
const sentences = {
  empty: () => 'No encontramos ninguna clave ni número de comprobante. Pega al menos uno.',
  'too-many': ({ lines = 0, max = 0 }: RefusalFacts) =>
    `La lista tiene más de ${formatCount(Math.min(lines, max))} comprobantes, que es el máximo. Divídela en dos.`,
  'too-large': () => 'El archivo es demasiado grande para ser una lista. Divídelo en varios.',
  'is-zip': () =>
    'El archivo es un libro de Excel o un ZIP. Ábrelo y guárdalo como CSV UTF-8, con las claves como texto.',
  'is-pdf': () => `El archivo es un PDF. ${AS_TEXT}`,
  'is-xml': () => `El archivo es un XML o una página web. ${AS_TEXT}`,
  'is-utf16': () => 'El archivo está en UTF-16 («texto Unicode»). Guárdalo como CSV UTF-8.',
  'is-binary': () => `El archivo no es de texto. ${AS_TEXT}`,
} as const

export type ListingRefusalCode = keyof typeof sentences

/** A listing that cannot be taken, said in Spanish. */
export interface ListingRefusal {
  readonly code: ListingRefusalCode
  readonly message: string
}

/** Carries a refusal out of the reader; whoever reads hands it on as a value. */
export class ListingRefused extends Error {
  readonly refusal: ListingRefusal

  constructor(code: ListingRefusalCode, facts: RefusalFacts = {}) {
    super(code)
    this.refusal = { code, message: sentences[code](facts) }
  }
}

/** What begins like something else than lines of text. */
export function strangerIn(head: Buffer): ListingRefusalCode | null {
  const mark = head.toString('hex', 0, 8)
  if (/^504b0(?:304|506)/.test(mark) || mark === 'd0cf11e0a1b11ae1') return 'is-zip'
  if (mark.startsWith('fffe') || mark.startsWith('feff')) return 'is-utf16'
  const text = head.toString('latin1').replace(/^ï»¿/, '').trimStart()
  if (text.startsWith('%PDF')) return 'is-pdf'
  if (text.startsWith('<')) return 'is-xml'
  return head.includes(0) ? 'is-binary' : null
}
