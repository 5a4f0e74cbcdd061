import type { IntakeRefusal, Refused } from './refusal.ts'

interface Facts {
  issuer?: string
  fault?: string
}

/** Why a file, or a whole ZIP, is not taken: what is wrong and how to mend it. */
const refusals: Record<IntakeRefusal, (facts: Facts) => string> = {
  'not-found': () => 'No existe un archivo o carpeta con ese nombre. Revisa la ruta.',
  unreadable: () => 'No se puede leer: revisa los permisos del archivo o de la carpeta.',
  'not-a-file': () => 'No es un archivo ni una carpeta. Copia el contenido en un archivo normal.',
  link: () => 'Es un enlace a otro lugar y no se sigue. Copia el archivo mismo.',
  changed: () => 'El archivo cambió mientras se leía. Cárgalo otra vez.',
  'too-large': () =>
    'El archivo mide 320 KB o más, que es el límite del SRI. Divide el comprobante en varios.',
  'issuer-not-taken': ({ issuer }) =>
    `El emisor ${issuer ?? ''} no está entre los RUC que se admiten (ISSUERS). Revisa de quién es.`,
  'not-authorized': () =>
    'El SRI no autorizó este comprobante. Corrígelo, envíalo de nuevo y carga la respuesta autorizada.',
  'bad-signature': ({ fault }) =>
    `${fault ?? ''} El banco no admite lo que no está bien firmado: pide a su emisor el archivo original.`,
  'not-understood': () =>
    'El programa no supo leer este archivo; no se guardó nada de él. Envíalo a soporte.',
  'same-key-other-bytes': () =>
    'Ya hay otro archivo con esta clave de acceso y no son iguales. Se guardaron los dos para revisarlos.',
  repeated: () =>
    'Está dos veces en el lote: se publica una sola, la autorizada si la hay. Si son distintas, quita la que sobra.',
  'not-stored': () =>
    'La base de datos no admitió este archivo y no se guardó nada de él. Avisa a soporte con su nombre.',
  'zip-damaged': () => 'El ZIP está dañado o incompleto. Descárgalo o créalo otra vez.',
  'zip-encrypted': () => 'El archivo del ZIP tiene contraseña. Crea el ZIP sin ella.',
  'zip-method': () => 'El ZIP usa una compresión que no se admite. Créalo con la normal (deflate).',
  'zip-nested': () => 'Es un ZIP dentro de otro. Sácalo y cárgalo aparte.',
  'zip-name': () =>
    'El nombre sale de la carpeta del ZIP o no es posible. Cámbialo y crea el ZIP otra vez.',
  'zip-link': () => 'Es un enlace dentro del ZIP, no un archivo. Incluye el archivo mismo.',
  'zip-entry-lies': () => 'El contenido no mide lo que dice el ZIP. Crea el ZIP otra vez.',
  'zip-checksum': () =>
    'El contenido no coincide con su suma de control: está dañado. Crea el ZIP otra vez.',
  'zip-overlap': () =>
    'El ZIP tiene archivos encimados unos en otros, algo que nadie hace sin mala intención.',
  'zip-bomb': () =>
    'El ZIP se expandiría muchísimo más de lo normal. Carga los comprobantes en ZIP comunes.',
  'zip-too-many': () => 'El ZIP tiene más de 50.000 archivos. Divídelo en varios.',
  'zip-too-large': () => 'El ZIP pasaría de 1 GB al expandirse. Divídelo en varios.',
}

/** A refusal with its sentence. */
export function refusedFor(code: IntakeRefusal, facts: Facts = {}): Refused {
  return { code, message: refusals[code](facts) }
}
