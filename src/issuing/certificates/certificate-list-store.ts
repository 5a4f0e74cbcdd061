import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { anyOf } from '../../db/bulk-insert.ts'
import type { Db } from '../../db/open.ts'
import type { Schema } from '../../db/schema.ts'

/** A certificate with which an issuer's receipts are signed, without its key. */
export interface KeptCertificate {
  readonly id: number
  readonly issuerRuc: string
  readonly holder: string
  readonly authority: string
  readonly serial: string
  readonly validFrom: Date
  readonly validTo: Date
  readonly addedBy: string
  readonly addedAt: Date
  /** Null while it waits for a second person, and for good when nobody approved it. */
  readonly inUseAt: Date | null
  /** The one that it was uploaded to replace. */
  readonly replacesId: number | null
  /** What somebody should know of it, though it serves. */
  readonly remarks: string
  readonly retiredAt: Date | null
}

/**
 * Those that wait and that are in use first, then the newest; an issuer has one a year or two. The
 * proposals of those that wait by their ids.
 */
export async function listCertificates(
  db: Db,
): Promise<(KeptCertificate & { readonly approvalId: number | null })[]> {
  const rows = await withPeople(db)
    .leftJoin('approval', (join) =>
      join
        .on('approval.kind', '=', 'certificate.replace')
        .on('approval.subject', '=', sql<string>`'certificate:' || signing_certificate.id`)
        .on('approval.decided_at', 'is', null),
    )
    .select('approval.id as approval_id')
    .orderBy((eb) => eb('retired_at', 'is not', null))
    .orderBy('signing_certificate.id', 'desc')
    .execute()
  return rows.map((row) => ({ ...toKept(row), approvalId: row.approval_id }))
}

/** Some of them, by their ids. */
export async function certificatesById(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, KeptCertificate>> {
  if (ids.length === 0) return new Map()
  const rows = await withPeople(db).where('signing_certificate.id', 'in', anyOf(db, ids)).execute()
  return new Map(rows.map((row) => [row.id, toKept(row)]))
}

function withPeople(db: Db) {
  return db
    .selectFrom('signing_certificate')
    .innerJoin('login', 'login.id', 'signing_certificate.added_by')
    .select([
      'signing_certificate.id',
      'issuer_ruc',
      'holder',
      'authority',
      'serial',
      'valid_from',
      'valid_to',
      'added_at',
      'in_use_at',
      'replaces_id',
      'remarks',
      'retired_at',
      'login.display_name',
    ])
}

function toKept(
  row: Omit<Selectable<Schema['signing_certificate']>, 'sealed' | 'added_by'> & {
    display_name: string
  },
): KeptCertificate {
  return {
    id: row.id,
    issuerRuc: row.issuer_ruc,
    holder: row.holder,
    authority: row.authority,
    serial: row.serial,
    validFrom: new Date(row.valid_from),
    validTo: new Date(row.valid_to),
    addedBy: row.display_name,
    addedAt: new Date(row.added_at),
    inUseAt: row.in_use_at === null ? null : new Date(row.in_use_at),
    replacesId: row.replaces_id,
    remarks: row.remarks,
    retiredAt: row.retired_at === null ? null : new Date(row.retired_at),
  }
}
