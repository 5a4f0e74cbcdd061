import Database from 'better-sqlite3'

/** Of each connection. What it lacks is in the memory that the system keeps of the file anyway. */
const CACHE_KIB = 16_384

/**
 * Opens one SQLite connection with the settings this product relies on. `synchronous=FULL` because
 * in WAL mode the default loses confirmed rows when the power fails; `busy_timeout=0` because
 * better-sqlite3 would wait on the event loop (the dialect waits beside it instead).
 */
export function openSqliteFile(
  file: string,
  options: { readonly?: boolean; busyMs?: number } = {},
): Database.Database {
  const connection = new Database(file, { readonly: options.readonly ?? false })
  connection.pragma(`busy_timeout = ${options.busyMs ?? 0}`)
  if (!options.readonly && file !== ':memory:') switchToWal(connection)
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  connection.pragma('trusted_schema = OFF')
  connection.pragma('cell_size_check = ON')
  connection.pragma(`cache_size = -${CACHE_KIB}`)
  connection.pragma('temp_store = MEMORY')
  if (connection.pragma('synchronous', { simple: true }) !== 2) {
    throw new Error('SQLite did not accept synchronous=FULL')
  }
  return connection
}

const SWITCH_TRIES_MAX = 200
const SWITCH_PAUSE_MS = 25

/**
 * Only the very first opening of a file has to change its mode, and that needs the file alone. Of
 * two processes that begin at once SQLite refuses one without waiting, whatever `busy_timeout` says,
 * so it is asked again; by then the other has done it.
 */
function switchToWal(connection: Database.Database): void {
  for (let tries = 1; ; tries += 1) {
    try {
      if (connection.pragma('journal_mode', { simple: true }) === 'wal') return
      connection.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const busy = (error as { code?: string }).code?.startsWith('SQLITE_BUSY') ?? false
      if (!busy || tries === SWITCH_TRIES_MAX) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_PAUSE_MS)
    }
  }
}
