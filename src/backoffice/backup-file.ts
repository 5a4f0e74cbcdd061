import crypto from 'node:crypto'
import fs from 'node:fs'
import readline from 'node:readline'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'
import type { Row } from '../db/snapshot-store.ts'

/**
 * The backup file: zstd over lines of JSON, the same for both databases, so that one made on SQLite
 * is restored on PostgreSQL when the bank outgrows one machine. First a header, then for each table
 * a line that names it and its rows as arrays; last a trailer with the counts and an HMAC over all
 * lines before it, so that a file that was cut, damaged or changed is never taken for a whole one.
 */
export type BackupLine = BackupHeader | BackupTable | { row: Cell[] } | BackupTrailer

interface BackupHeader {
  format: 'portal-backup'
  version: 1
  madeAt: string
  /** Tells, without telling it, with which key the rest was written. */
  keyCheck: string
  migrations: string[]
}

export interface BackupTable {
  table: string
  columns: string[]
}

interface BackupTrailer {
  end: true
  rows: Record<string, number>
  /** Written and checked here; whoever makes the lines leaves it out. */
  mac?: string
}

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

/** What the head of a backup says of the key. */
export function keyCheckOf(key: Buffer): string {
  return crypto.createHmac('sha256', key).update('portal-backup').digest('hex').slice(0, 16)
}

/** Writes beside the target, flushes to the disk, then renames: the name never holds half a backup. */
export async function writeBackup(
  file: string,
  key: Buffer,
  lines: AsyncIterable<BackupLine>,
): Promise<void> {
  const partial = `${file}.partial`
  const mac = crypto.createHmac('sha256', key)
  const texts = async function* () {
    for await (const line of lines) {
      const text = JSON.stringify('end' in line ? { ...line, mac: mac.digest('hex') } : line)
      if (!('end' in line)) mac.update(text)
      yield `${text}\n`
    }
  }
  try {
    const target = fs.createWriteStream(partial, { mode: 0o600, flush: true })
    await pipeline(texts, zlib.createZstdCompress(), target)
    await fs.promises.rename(partial, file)
  } catch (error) {
    await fs.promises.rm(partial, { force: true })
    throw error
  }
}

/**
 * Reads line by line, the header first. Throws when the file is cut, was changed, or was not made
 * by `writeBackup` with this key; what it yields has the shape it should.
 */
export async function* readBackup(file: string, key: Buffer): AsyncGenerator<BackupLine> {
  const source = fs.createReadStream(file)
  const plain = source.pipe(zlib.createZstdDecompress())
  source.on('error', (error) => plain.destroy(error))
  // Whoever stops reading early hears no more of the file; what is wrong further on is nobody's.
  plain.on('error', () => undefined)
  const mac = crypto.createHmac('sha256', key)
  const lines = readline.createInterface({ input: plain, crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const text of lines) {
      const line: unknown = JSON.parse(text)
      if (!isLine(line)) throw new Error('A line that no backup has')
      if (!('end' in line)) mac.update(text)
      else if (line.mac !== mac.digest('hex')) throw new Error('Not what was written')
      yield line
    }
  } finally {
    source.destroy()
    plain.destroy()
  }
}

function isLine(line: unknown): line is BackupLine {
  if (typeof line !== 'object' || line === null) return false
  if ('row' in line) return Array.isArray(line.row) && line.row.every(isCell)
  if ('table' in line) return 'columns' in line && isText(line.table) && isTexts(line.columns)
  if ('end' in line) return 'rows' in line && typeof line.rows === 'object' && line.rows !== null
  return isHeader(line)
}

function isHeader(line: object): line is BackupHeader {
  const { format, version, madeAt, keyCheck, migrations } = line as Record<string, unknown>
  const known = format === 'portal-backup' && version === 1
  return known && isText(madeAt) && isText(keyCheck) && isTexts(migrations)
}

function isCell(cell: unknown): cell is Cell {
  if (cell === null || typeof cell === 'string' || typeof cell === 'number') return true
  return typeof cell === 'object' && 'base64' in cell && isText(cell.base64)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}
