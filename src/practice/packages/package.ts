import type { ReceiptScope } from '../../receipts/scope/scope.ts'

/** What goes in: files of each receipt, or one PDF with all of them. */
export const PACKAGE_FORMATS = ['ambos', 'pdf', 'xml', 'unido'] as const
export type PackageFormat = (typeof PACKAGE_FORMATS)[number]

/** What somebody wants in a package. */
export interface PackageContent {
  readonly format: PackageFormat
  /** Whether one PDF with all of them goes in besides the files of each. */
  readonly alsoMerged: boolean
}

/** PDF and XML of each when nothing is said; one PDF with all of them goes in once. */
export function contentOf(format: PackageFormat = 'ambos', alsoMerged = false): PackageContent {
  return { format, alsoMerged: alsoMerged && format !== 'unido' }
}

/** Which files that is. */
export function filesOf({ format, alsoMerged }: PackageContent) {
  return {
    pdf: format === 'ambos' || format === 'pdf',
    xml: format === 'ambos' || format === 'xml',
    merged: format === 'unido' || alsoMerged,
  }
}

export type PackageStatus = 'making' | 'ready' | 'cancelled' | 'failed'

/** Receipts that somebody asked for in one file, or in several parts of one. */
export interface Package extends PackageContent {
  readonly id: number
  readonly loginId: number
  /**
   * The key whose program asked for it, in the name of the login that made the key: the package is
   * that key's alone, no other key of the firm and no person sees it. Null for what a person asked.
   */
  readonly apiKeyId: number | null
  /** In which session it was asked for. */
  readonly sessionId: string
  /** Whose receipts whoever asked might see then: without all of it there is no package. */
  readonly scope: ReceiptScope
  /** The search of the list, its days written out. */
  readonly query: string
  readonly status: PackageStatus
  readonly parts: number
  readonly receipts: number
  readonly folder: string | null
  readonly problem: string | null
  readonly requestedAt: Date
  readonly endedAt: Date | null
  readonly expiresAt: Date | null
}

/** A finished file of a package. */
export interface PackagePart {
  readonly packageId: number
  readonly n: number
  readonly receipts: number
  /** Receipts of it that lack a file; LEEME.txt names each, and says why. */
  readonly missing: number
  readonly bytes: number
  readonly sha256: string
}

/**
 * What one file holds. With both files of each receipt that is below the 65,535 names that every
 * unpacker knows, and far below 4 GB.
 */
export const PART_RECEIPTS_MAX = 20_000
export const PACKAGE_RECEIPTS_MAX = 100_000
/** Of one person, waiting or under way. */
export const RUNNING_MAX = 3
export const LIFE_DAYS = 7

/** As everyday receipts weigh in a package, to tell beforehand. */
const BYTES_OF = { pdf: 31_000, xml: 5_000, merged: 3_000 } as const

/** In how many files so many receipts come. */
export function partsOf(receipts: number, partReceipts = PART_RECEIPTS_MAX): number {
  return Math.max(1, Math.ceil(receipts / partReceipts))
}

/** About how large they are together. */
export function estimateBytes(receipts: number, content: PackageContent): number {
  const files = filesOf(content)
  const each = (['pdf', 'xml', 'merged'] as const).filter((file) => files[file])
  return receipts * each.reduce((sum, file) => sum + BYTES_OF[file], 0)
}

/** Whether its files can be fetched at that moment, as far as the package itself goes. */
export function isKept({ status, folder, expiresAt }: Package, now: Date): boolean {
  return status === 'ready' && folder !== null && expiresAt !== null && expiresAt > now
}
