import fs from 'node:fs'
import readline from 'node:readline'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import type { Row } from '../db/snapshot-store.ts'

/**
 * The backup file: zstd over lines of JSON, the same for both databases, so that one made on SQLite
 * is restored on PostgreSQL when the bank outgrows one machine. First a header, then for each table
 * a line that names it and its rows as arrays; last a trailer with the counts, so that a file that
 * was cut is never taken for a whole one.
 */
export type BackupLine =
  | { format: 'portal-backup'; version: 1; madeAt: string; migrations: string[] }
  | { table: string; columns: string[] }
  | { row: Cell[] }
  | { end: true; rows: Record<string, number> }

type Cell = string | number | null | { base64: string }

export function toCells(columns: string[], row: Row): Cell[] {
  return columns.map((column) => {
    const value = row[column] ?? null
    return value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value
  })
}

export function toRow(columns: string[], cells: Cell[]): Row {
  const row: Row = {}
  for (const [i, column] of columns.entries()) {
    const cell = cells[i] ?? null
    row[column] =
      cell !== null && typeof cell === 'object' ? Buffer.from(cell.base64, 'base64') : cell
  }
  return row
}

/** Writes beside the target, flushes to the disk, then renames: the name never holds half a backup. */
export async function writeBackup(file: string, lines: AsyncIterable<BackupLine>): Promise<void> {
  const partial = `${file}.partial`
  await pipeline(
    async function* () {
      for await (const line of lines) yield `${JSON.stringify(line)}\n`
    },
    zlib.createZstdCompress(),
    fs.createWriteStream(partial, { mode: 0o600, flush: true }),
  )
  await fs.promises.rename(partial, file)
}

/** Reads line by line. Throws when the file is cut or was not made by `writeBackup`. */
export async function* readBackup(file: string): AsyncGenerator<BackupLine> {
  const source = fs.createReadStream(file)
  const plain = source.pipe(zlib.createZstdDecompress())
  source.on('error', (error) => plain.destroy(error))
  for await (const line of readline.createInterface({
    input: plain,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    yield JSON.parse(line) as BackupLine
  }
}
