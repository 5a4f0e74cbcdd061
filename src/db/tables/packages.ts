import type { Generated } from 'kysely'

export interface PackagesTables {
  package: PackageTable
  package_part: PackagePartTable
  month_seal: MonthSealTable
}

/** Receipts that somebody asked for in one file, or in several parts of one. */
interface PackageTable {
  id: Generated<number>
  login_id: number
  /** In which session it was asked for: what its readings are written down with. */
  session_id: string
  /** JSON: whose receipts, of which kinds and days, whoever asked might see then. */
  scope: string
  /** The search of the list, with its days written out. */
  query: string
  format: 'pdf' | 'xml' | 'ambos' | 'unido'
  status: 'making' | 'ready' | 'cancelled' | 'failed'
  parts: number
  /** As counted when it was asked for. */
  receipts: number
  /** Under `DATA_DIR/packages`; null once it is gone, or on its way there. */
  folder: string | null
  problem: string | null
  requested_at: string
  ended_at: string | null
  expires_at: string | null
}

/** A finished file of a package. */
interface PackagePartTable {
  package_id: number
  n: number
  receipts: number
  missing: number
  bytes: number
  sha256: string
}

/** What a party had in a month that can no longer change. What came later is another edition. */
interface MonthSealTable {
  party_id: number
  /** `2026-10` */
  month: string
  edition: number
  receipts: number
  /** JSON: how many of each kind and state, and what they add up to. */
  sums: string
  /** SHA-256 of the lines `key hash state` in the order of the keys. */
  root: string
  /** JSON: keys that came after the edition before. */
  added: string
  sealed_at: string
}
