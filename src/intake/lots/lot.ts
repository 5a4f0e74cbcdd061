import type { LotStatus } from '../../db/tables/intake.ts'
import type { DocumentKind } from '../../sri/kinds.ts'
import type { LotSummary } from './lot-summary.ts'

/** Files that somebody loaded together. */
export interface Lot {
  readonly id: number
  /** `2026-11-0047`: its month and its place in it. */
  readonly number: string
  readonly kind: 'documents' | 'rows'
  /** What its rows become; null of a lot of documents. */
  readonly documentKind: DocumentKind | null
  readonly status: LotStatus
  /** Under the folder of lots; null when its files were named on the command line, or are gone. */
  readonly folder: string | null
  /** A login; null is the command line. */
  readonly loadedBy: number | null
  readonly loadedAt: Date
  readonly files: number
  readonly bytes: number
  /** What reading it showed; null until it is read. */
  readonly summary: LotSummary | null
  readonly publishedBy: number | null
  readonly publishedAt: Date | null
  readonly endedAt: Date | null
}

/** One file of a lot, as it was received. */
export interface LotFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** What it is called in the lot's folder. */
  readonly stored: string
}

/** The two parts of a lot's number. */
export interface LotNumber {
  /** `2026-11`. */
  readonly month: string
  readonly sequence: number
}

const DIGITS_MIN = 4

export function formatLotNumber({ month, sequence }: LotNumber): string {
  return `${month}-${String(sequence).padStart(DIGITS_MIN, '0')}`
}

/** Null for what is no lot's number. */
export function parseLotNumber(text: string): LotNumber | null {
  const parts = /^(\d{4}-\d{2})-(\d{4,9})$/.exec(text)
  if (!parts) return null
  const number = { month: parts[1] ?? '', sequence: Number(parts[2]) }
  return formatLotNumber(number) === text ? number : null
}

/** `lot:2026-11-0047`: a lot as proposals and the chain name it. */
export function lotSubject({ number }: Pick<Lot, 'number'>): string {
  return `lot:${number}`
}

/** The number of the lot that a subject names. Throws for any other subject. */
export function lotOfSubject(subject: string): LotNumber {
  const number = parseLotNumber(subject.replace(/^lot:/, ''))
  if (!number) throw new Error(`Not a lot: ${subject}`)
  return number
}
