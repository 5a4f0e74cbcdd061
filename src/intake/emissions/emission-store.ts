import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
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

/** The issuance that a program asked for, by its key; null when no program did. */
export async function emissionByKey(db: Db, accessKey: string): Promise<number | null> {
  const row = await db
    .selectFrom('issuance')
    .select(['id', 'source'])
    .where('access_key', '=', accessKey)
    .executeTakeFirst()
  return row?.source.startsWith('api:') ? row.id : null
}
