import { anyOf, insertRows } from '../../../db/bulk-insert.ts'
import type { Tx } from '../../../db/transaction.ts'
import type { DocumentKind } from '../../../sri/kinds.ts'

/**
 * References that wait in other lots of the kind, or that these took: what they were taken for may be
 * on its way, a receipt, or closed for good; with the number of the lot.
 */
export async function takenElsewhere(
  tx: Tx,
  lotId: number,
  kind: DocumentKind,
  references: readonly string[],
): Promise<Map<string, { month: string; sequence: number }>> {
  if (references.length === 0) return new Map()
  const waiting = await tx
    .selectFrom('lot_draft')
    .innerJoin('lot_item', (join) =>
      join
        .onRef('lot_item.lot_id', '=', 'lot_draft.lot_id')
        .onRef('lot_item.n', '=', 'lot_draft.n'),
    )
    .innerJoin('lot', 'lot.id', 'lot_draft.lot_id')
    .select(['lot_draft.reference', 'lot.month', 'lot.sequence'])
    .where('lot_draft.reference', 'in', anyOf(tx, references))
    .where('lot_draft.lot_id', '<>', lotId)
    .where('lot_item.outcome', 'in', ['new', 'to-issue'])
    .where('lot.document_kind', '=', kind)
    .where('lot.status', '<>', 'discarded')
    .execute()
  const taken = await tx
    .selectFrom('issue_reference')
    .innerJoin('lot', 'lot.id', 'issue_reference.lot_id')
    .select(['issue_reference.reference', 'lot.month', 'lot.sequence'])
    .where('issue_reference.document_kind', '=', kind)
    .where('issue_reference.reference', 'in', anyOf(tx, references))
    .where('issue_reference.lot_id', '<>', lotId)
    .execute()
  const all = [...waiting, ...taken]
  return new Map(all.map(({ reference, month, sequence }) => [reference, { month, sequence }]))
}

/**
 * Takes references for receipts that are to be issued.
 *
 * @returns the places of those that nobody had taken
 */
export async function takeReferences(
  tx: Tx,
  lotId: number,
  kind: DocumentKind,
  places: readonly { n: number; reference: string }[],
): Promise<Set<number>> {
  // In one order, so that two lots at once never wait for each other.
  const ordered = [...places].sort((a, b) => (a.reference < b.reference ? -1 : 1))
  await insertRows(tx, {
    table: 'issue_reference',
    columns: ['document_kind', 'reference', 'lot_id', 'n'],
    rows: ordered.map(({ n, reference }) => [kind, reference, lotId, n]),
    skipWhenTaken: 'document_kind, reference',
  })
  const rows = await tx
    .selectFrom('issue_reference')
    .select(['n', 'lot_id'])
    .where('document_kind', '=', kind)
    .where(
      'reference',
      'in',
      anyOf(
        tx,
        places.map(({ reference }) => reference),
      ),
    )
    .execute()
  return new Set(rows.filter(({ lot_id }) => lot_id === lotId).map(({ n }) => n))
}

/** Gives the references of some places back. */
export async function giveBackReferences(
  tx: Tx,
  lotId: number,
  places: readonly number[],
): Promise<void> {
  await tx
    .deleteFrom('issue_reference')
    .where('lot_id', '=', lotId)
    .where('n', 'in', anyOf(tx, places))
    .execute()
}
