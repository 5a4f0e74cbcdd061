/** Why a database that can be read takes no writes. */
export type WriteFailure = 'disk-full' | 'read-only' | 'disk-error'

/** By SQLite's primary codes and PostgreSQL's states. */
const FAILURES: Readonly<Record<string, WriteFailure>> = {
  SQLITE_FULL: 'disk-full',
  SQLITE_READONLY: 'read-only',
  SQLITE_IOERR: 'disk-error',
  '53100': 'disk-full',
  '25006': 'read-only',
  '58030': 'disk-error',
}

/** What an error says of the database's disk; null for every other error. */
export function writeFailureOf(error: unknown): WriteFailure | null {
  const code = (error as { code?: unknown } | null | undefined)?.code
  if (typeof code !== 'string') return null
  // SQLite's codes are refined with an underscore: SQLITE_IOERR_WRITE.
  return FAILURES[code] ?? FAILURES[code.split('_').slice(0, 2).join('_')] ?? null
}

/** Remembers how the last write of a process failed, for whoever asks whether it is fit to serve. */
export class WriteState {
  failure: WriteFailure | null = null

  note(error: unknown): void {
    this.failure = writeFailureOf(error) ?? this.failure
  }
}

/** Does a write that may be left out where only reading was asked for. */
export async function ifWritable(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (writeFailureOf(error) === null) throw error
  }
}
