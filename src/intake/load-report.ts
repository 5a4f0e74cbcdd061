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
}

/** How many files ended which way, how many warnings they have between them, and how long it took. */
export interface LoadTotals {
  loaded: number
  duplicated: number
  rejected: number
  warnings: number
  seconds: number
}

export function noTotals(): LoadTotals {
  return { loaded: 0, duplicated: 0, rejected: 0, warnings: 0, seconds: 0 }
}
