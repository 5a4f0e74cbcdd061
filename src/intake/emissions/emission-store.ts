import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { issuanceIdOf } from '../../issuing/issuance/issuance-id-store.ts'
import { issuancesFor } from '../../issuing/issuance/issuance-store.ts'
import type { Succession } from '../../issuing/issuance/reissue-store.ts'
import { successionOf } from '../../issuing/issuance/reissue-store.ts'
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
  return `${PROGRAM}${kind}:${reference}`
}

const PROGRAM = 'api:'

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

/**
 * The document that stands for what a program asked for, by its key or by that of one before it;
 * null when no program asked.
 */
export async function emissionByKey(db: Db, accessKey: string): Promise<Succession | null> {
  const id = await issuanceIdOf(db, accessKey)
  const succession = id === null ? null : await successionOf(db, id)
  return succession?.source.startsWith(PROGRAM) ? succession : null
}
