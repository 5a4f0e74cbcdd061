import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { issuancesFor } from '../../issuing/issuance/issuance-store.ts'
import type { DocumentKind } from '../../sri/kinds.ts'

/** Whether rows of a lot have that reference already, so that it is not issued by two ways. */
export async function isTakenByLot(
  tx: Tx,
  kind: DocumentKind,
  reference: string,
): Promise<boolean> {
  const row = await tx
    .selectFrom('issue_reference')
    .select('lot_id')
    .where('document_kind', '=', kind)
    .where('reference', '=', reference)
    .executeTakeFirst()
  return row !== undefined
}

/** What a program asks for is issued for: the same reference again is the same receipt. */
export function emissionSource(kind: DocumentKind, reference: string): string {
  return `api:${kind}:${reference}`
}

/** Which references programs had issued already, so that rows do not do so again. */
export async function takenByPrograms(
  tx: Tx,
  kind: DocumentKind,
  references: readonly string[],
): Promise<Set<string>> {
  const sources = references.map((reference) => emissionSource(kind, reference))
  const begun = await issuancesFor(tx, sources)
  return new Set(references.filter((reference) => begun.has(emissionSource(kind, reference))))
}

/** The issuance that a program asked for, by its key; null when no program did. */
export async function emissionByKey(db: Db, accessKey: string): Promise<number | null> {
  const row = await db
    .selectFrom('issuance')
    .select(['id', 'source'])
    .where('access_key', '=', accessKey)
    .executeTakeFirst()
  return row?.source.startsWith('api:') ? row.id : null
}
