import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { addFigures } from '#src/figures/figure-store.ts'
import { changeDays } from '#src/receipts/kept/day-store.ts'
import { loadedFigure, standingFigure } from '#src/receipts/kept/receipt-figures.ts'
import type { ListedReceipt } from '#src/receipts/receipt.ts'
import { searchText } from '#src/receipts/search-text.ts'
import { composeAccessKey } from '#src/sri/access-key.ts'
import type { Day } from '#src/values/day.ts'
import { cents } from '#src/values/money.ts'

const NOW = '2026-11-20T12:00:00.000Z'
export const ISSUER = { ruc: '0990000000001', name: 'BANCO CEIBO S.A.' }

let sequence = 0

/** An invented receipt, complete; name only what the test is about. */
export function aReceipt(
  parts: Partial<Omit<ListedReceipt, 'id'>> = {},
): Omit<ListedReceipt, 'id'> {
  sequence += 1
  const kind = parts.kind ?? 'invoice'
  const issuedOn = parts.issuedOn ?? ('2026-11-16' as Day)
  const number = parts.number ?? `001-002-${String(sequence).padStart(9, '0')}`
  const [establishment = '', issuePoint = '', last = ''] = number.split('-')
  return {
    accessKey: composeAccessKey({
      issuedOn,
      kind,
      issuerRuc: ISSUER.ruc,
      environment: 'production',
      establishment,
      issuePoint,
      sequence: last,
      numericCode: String(sequence).padStart(8, '0'),
    }),
    kind,
    status: 'authorized',
    number,
    issuedOn,
    issuerRuc: ISSUER.ruc,
    issuerName: ISSUER.name,
    concept: 'Comisión por transferencia',
    totalCents: cents(1000),
    ...parts,
  }
}

/** Adds a party and answers its id. */
export async function addParty(db: Db, name: string): Promise<number> {
  const row = await db
    .insertInto('party')
    .values({ name, created_at: NOW })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** Stores receipts for their owners as loading does, without any document; answers their ids. */
export async function addReceipts(
  db: Db,
  partyIds: readonly number[],
  receipts: readonly Omit<ListedReceipt, 'id'>[],
  recipientNumber = '0912345214',
): Promise<number[]> {
  return transaction(db, async (tx) => {
    const ids: number[] = []
    for (const receipt of receipts) {
      const { id } = await tx
        .insertInto('receipt')
        .values(receiptRow(receipt))
        .returning('id')
        .executeTakeFirstOrThrow()
      ids.push(id)
      const rows = partyIds.map((partyId) => ownerRow(receipt, id, partyId, recipientNumber))
      if (rows.length > 0) await tx.insertInto('receipt_owner').values(rows).execute()
    }
    const added = receipts.map((receipt) => {
      return { receipt, status: receipt.status, partyIds, receipts: 1 as const }
    })
    await changeDays(tx, added)
    await addFigures(tx, [
      loadedFigure(new Date(NOW), receipts.length),
      ...receipts.map((receipt) => standingFigure(receipt, 1)),
    ])
    return ids
  })
}

function receiptRow(receipt: Omit<ListedReceipt, 'id'>) {
  return {
    access_key: receipt.accessKey,
    kind: receipt.kind,
    version: '1.1.0',
    environment: 'production' as const,
    status: receipt.status,
    number: receipt.number,
    issuer_ruc: receipt.issuerRuc,
    issuer_name: receipt.issuerName,
    issued_on: receipt.issuedOn,
    authorization_number: receipt.accessKey,
    authorized_at: `${receipt.issuedOn}T10:42:14-05:00`,
    recipient_name: 'María José Paredes',
    recipient_number: '0912345214',
    total_cents: receipt.totalCents,
    concept: receipt.concept,
    warnings: '[]',
    file_name: `${receipt.accessKey}.xml`,
    loaded_at: NOW,
  }
}

function ownerRow(
  receipt: Omit<ListedReceipt, 'id'>,
  id: number,
  partyId: number,
  recipientNumber: string,
) {
  return {
    party_id: partyId,
    issued_on: receipt.issuedOn,
    receipt_id: id,
    kind: receipt.kind,
    status: receipt.status,
    total_cents: receipt.totalCents,
    access_key: receipt.accessKey,
    number: receipt.number,
    issuer_ruc: receipt.issuerRuc,
    issuer_name: receipt.issuerName,
    concept: receipt.concept,
    search_text: searchText(receipt),
    recipient_number: recipientNumber,
  }
}
