import type { ReadyReceipt } from '../receipts/kept/ready-receipt.ts'

type LoadOutcome = 'loaded' | 'duplicated' | 'rejected'

/** What became of one file. */
export interface LoadedItem {
  /** The path; of a ZIP's entry `archive.zip/inner/path.xml`. */
  name: string
  outcome: LoadOutcome
  /** The access key («clave de acceso»), null when the file did not get as far as having one. */
  claveAcceso: string | null
  /** Why it was rejected. */
  code: string | null
  message: string | null
  /** What is odd about it although it was taken. */
  warnings: ReadyReceipt['warnings']
  /** Why its signature does not hold, of what was loaded all the same; else null. */
  badSignature: string | null
}

/** How many files ended which way, how many warnings they have between them, and how long it took. */
export interface LoadTotals {
  loaded: number
  duplicated: number
  rejected: number
  warnings: number
  /** How many of those loaded are not signed well. */
  badSignatures: number
  seconds: number
}

export function noTotals(): LoadTotals {
  return { loaded: 0, duplicated: 0, rejected: 0, warnings: 0, badSignatures: 0, seconds: 0 }
}
