/** What a sentence about a whole file may tell. */
interface RefusalFacts {
  readonly column?: string
  readonly row?: number
  /** Names that are missing, or one that may have been meant. */
  readonly names?: string
}

type Sentence = (facts: RefusalFacts) => string

const AS_TABLE = 'Carga un CSV o un libro de Excel (.xlsx) hecho con la plantilla.'
const SAVE_AGAIN = 'Ábrelo en Excel y guárdalo como libro .xlsx o como CSV UTF-8.'

/** Why a file cannot be read as rows at all. */
const sentences = {
  empty: () => `El archivo está vacío. ${AS_TABLE}`,
  'no-rows': () => 'El archivo tiene solo los nombres de las columnas. Agrega al menos una fila.',
  'too-large': () => 'El archivo mide más de 100 MB. Divídelo en varios.',
  'is-pdf': () => `El archivo es un PDF, no una tabla. ${AS_TABLE}`,
  'is-zip': () => `El archivo es un ZIP, no una tabla. Descomprímelo. ${AS_TABLE}`,
  'is-xml': () => `El archivo es un XML, no una tabla. ${AS_TABLE}`,
  'is-html': () => `El archivo es una página web, aunque se llame de otro modo. ${SAVE_AGAIN}`,
  'is-xls': () => `El archivo es del Excel anterior a 2007 (.xls). ${SAVE_AGAIN}`,
  'is-xlsb': () => `El archivo es un libro binario de Excel (.xlsb). ${SAVE_AGAIN}`,
  'is-ods': () => `El archivo es una hoja de OpenDocument (.ods). Guárdala como .xlsx o como CSV.`,
  'is-utf16': () => 'El archivo está en UTF-16 («texto Unicode»). Guárdalo como CSV UTF-8.',
  'has-password': () => 'El libro de Excel tiene contraseña. Quítasela y vuelve a subirlo.',
  'not-a-table': () =>
    'No pudimos leer el archivo. Guárdalo como CSV con codificación UTF-8 y vuelve a subirlo.',
  'no-names': () =>
    'La primera fila no tiene los nombres de las columnas. Cópialos de la plantilla de este tipo de comprobante.',
  'other-kind': ({ names = '' }) =>
    `Estas columnas son de la plantilla de ${names}. Elige ese tipo de comprobante o cambia el archivo.`,
  'column-missing': ({ names = '' }) => `${names}. Compara con la plantilla.`,
  'column-twice': ({ column = '' }) =>
    `La columna «${column}» está dos veces. Deja una sola y compara con la plantilla.`,
  'column-unnamed': ({ column = '' }) =>
    `La columna ${column} no tiene nombre en la primera fila. Ponle el de la plantilla o quítala.`,
  'column-unknown': ({ column = '', names }) =>
    `No conocemos la columna «${column}»${names ? `: ¿es «${names}»?` : '.'} Corrige su nombre o quítala.`,
  'too-many-columns': () => 'El archivo tiene demasiadas columnas. Deja solo las de la plantilla.',
  'unclosed-quote': ({ row }) =>
    `En la fila ${row ?? ''} se abren unas comillas que no se cierran, y no se sabe dónde termina. Ciérralas o quítalas.`,
  'row-too-large': ({ row }) =>
    `La fila ${row ?? ''} es larguísima: no es una tabla con la forma de la plantilla. Revísala.`,
  'xlsx-damaged': () => `El libro de Excel está dañado o incompleto. ${SAVE_AGAIN}`,
  'xlsx-hostile': () =>
    'El libro de Excel está hecho de un modo que ningún programa honrado usa. Cópialo en la plantilla.',
  'xlsx-too-large': () =>
    'El libro de Excel es demasiado grande al abrirse. Guárdalo como CSV UTF-8 o divídelo.',
  'no-sheet': () =>
    'El libro de Excel no tiene ninguna hoja visible con filas. Revisa cuál guardaste.',
} as const satisfies Record<string, Sentence>

export type TableRefusalCode = keyof typeof sentences

/** A file that cannot be taken, said in Spanish. */
export interface TableRefusal {
  readonly code: TableRefusalCode
  readonly message: string
}

/** Carries a refusal out of the readers; whoever reads by them hands it on as a value. */
export class TableRefused extends Error {
  readonly refusal: TableRefusal

  constructor(code: TableRefusalCode, facts: RefusalFacts = {}) {
    super(code)
    this.refusal = { code, message: sentences[code](facts) }
  }
}
