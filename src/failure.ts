import type { WriteFailure } from './db/write-state.ts'
import { writeFailureOf } from './db/write-state.ts'
import { plainLine } from './values/terminal-text.ts'

interface Failure {
  code?: string
  message?: string
  path?: string
  port?: number
  syscall?: string
}

type Explain = (failure: Failure) => string

const NO_DATABASE_SERVER = 'no se llega al servidor de la base de datos; revisa DATABASE_URL.'
const CLIENT_REFUSED = 'el servidor de la base no acepta ese usuario y clave; revisa DATABASE_URL.'
const LACKS_TABLES = 'a la base de datos le faltan tablas; ejecuta: npm run portal -- migrate'
const DAMAGED = 'la base de datos está dañada o no es de SQLite; restaura un respaldo.'
const NO_SPACE = 'no queda espacio en el disco.'
const BUSY = 'otro programa tiene ocupada la base de datos; prueba de nuevo.'

const BY_CODE: Readonly<Record<string, string | Explain>> = {
  OTHER_KEY:
    'ENCRYPTION_KEY no es la de estos datos; usa la de siempre. No se escribió nada con ella.',
  ENOENT: ({ path }) => `no existe ${path ?? 'un archivo que hace falta'}.`,
  ENOTDIR: ({ path }) => `${path ?? 'una ruta'} pasa por algo que no es una carpeta.`,
  EISDIR: ({ path }) => `${path ?? 'lo que se dio'} es una carpeta, no un archivo.`,
  EEXIST: ({ path }) => `ya existe ${path ?? 'un archivo'} y no es una carpeta.`,
  EROFS: ({ path }) => `no se puede escribir en ${path ?? 'el disco'}: es de solo lectura.`,
  EACCES: notAllowed,
  EPERM: notAllowed,
  ENOSPC: NO_SPACE,
  EADDRINUSE: ({ port }) =>
    `el puerto ${port} ya está ocupado; cierra el otro programa o elige otro con PORT.`,
  EADDRNOTAVAIL: 'HOST no es una dirección de esta máquina.',
  ECONNREFUSED: NO_DATABASE_SERVER,
  ECONNRESET: NO_DATABASE_SERVER,
  EHOSTUNREACH: NO_DATABASE_SERVER,
  ENETUNREACH: NO_DATABASE_SERVER,
  ETIMEDOUT: NO_DATABASE_SERVER,
  ENOTFOUND: NO_DATABASE_SERVER,
  EAI_AGAIN: NO_DATABASE_SERVER,
  SQLITE_CANTOPEN: 'no se puede abrir la base de datos; revisa DATABASE_URL, DATA_DIR y permisos.',
  SQLITE_NOTADB: DAMAGED,
  SQLITE_CORRUPT: DAMAGED,
  SQLITE_BUSY: BUSY,
  SQLITE_LOCKED: BUSY,
  '28P01': CLIENT_REFUSED,
  '28000': CLIENT_REFUSED,
  '3D000': 'no existe la base que nombra DATABASE_URL.',
  '42P01': LACKS_TABLES,
  '53300': 'el servidor de la base de datos no admite más conexiones.',
}

const BY_WRITE: Readonly<Record<WriteFailure, string>> = {
  'disk-full': NO_SPACE,
  'read-only': 'no hay permiso para escribir en la base de datos.',
  'disk-error': 'el disco de la base de datos falla; revísalo y prueba de nuevo.',
}

/** Failures that come without a code of their own. */
const BY_MESSAGE: readonly [RegExp, string][] = [
  [/directory does not exist/, 'no existe la carpeta de la base de datos; revisa DATABASE_URL.'],
  [/no such table/, LACKS_TABLES],
  [/corrupted migrations/, 'la base de datos es de otra versión del portal; usa esa o una mayor.'],
  [/timeout exceeded when trying to connect|Connection terminated/, NO_DATABASE_SERVER],
]

/**
 * One Spanish sentence, for whoever operates the portal, on what failed outside of it: files, ports,
 * the database. What nobody foresaw says the first line of its own words.
 */
export function failureOf(error: unknown): string {
  const failure: Failure = error instanceof Error ? error : { message: String(error) }
  const unwritten = writeFailureOf(failure)
  if (unwritten !== null) return BY_WRITE[unwritten]
  const code = failure.code ?? ''
  // SQLite's codes are refined with an underscore: SQLITE_CORRUPT_INDEX.
  const known = BY_CODE[code] ?? BY_CODE[code.split('_').slice(0, 2).join('_')]
  if (typeof known === 'function') return plainLine(known(failure))
  const message = failure.message ?? ''
  const told = known ?? BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1]
  const [own = ''] = message.split('\n')
  return told ?? `algo que no se esperaba: ${plainLine(own || code || 'sin detalle')}`
}

function notAllowed({ path, port, syscall }: Failure): string {
  if (syscall === 'listen') return `no hay permiso para usar el puerto ${port}.`
  return `no hay permiso para usar ${path ?? 'un archivo que hace falta'}.`
}
