import type { Person } from '#fixtures/people.ts'
import { maria } from '#fixtures/people.ts'
import type { Answer } from '#fixtures/receipts/authorized.ts'
import { authorizedXml } from '#fixtures/receipts/authorized.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { partyNumbers } from '#src/identity/parties/party-number.ts'
import { findOrAddParties } from '#src/identity/parties/party-store.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { packDocument } from '#src/receipts/documents/stored-document.ts'
import { keepReceipts } from '#src/receipts/kept/keep-receipts.ts'
import { readyReceipt } from '#src/receipts/kept/ready-receipt.ts'
import type { ReceiptDocument } from '#src/sri/documents/document.ts'
import { readReceipt } from '#src/sri/read-receipt.ts'

/** María's day of loading. */
export const NOW = new Date('2026-11-21T17:00:00.000Z')

/** Somebody who registered; without an address, somebody who has not confirmed one. */
export async function register(
  db: Db,
  who: Person = maria,
  wishes: { email?: string | null; alerts?: 'each' | 'daily' | 'off' } = {},
): Promise<{ partyId: number; loginId: number }> {
  const kind = who.idType === '04' ? 'ruc' : 'cedula'
  const partyId = await transaction(db, async (tx) => {
    const numbers = partyNumbers(kind, who.id)
    const [id] = await findOrAddParties(tx, [{ name: who.name, numbers }], NOW)
    return id ?? 0
  })
  const { email = who.email, alerts = 'each' } = wishes
  const login = await db
    .insertInto('login')
    .values({
      party_id: partyId,
      username: who.id,
      display_name: who.name,
      role: 'customer',
      email,
      alerts,
      created_at: NOW.toISOString(),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { partyId, loginId: login.id }
}

/** Loads documents as the portal does, in one transaction. Answers their bytes. */
export async function load(
  db: Db,
  documents: readonly ReceiptDocument[],
  now = NOW,
  answer: Answer = {},
): Promise<Buffer[]> {
  const files = documents.map((document) => Buffer.from(authorizedXml(document, answer)))
  const ready = files.map((file) => {
    const reading = readReceipt(file)
    if (!reading.ok) throw new Error(reading.refusal.message)
    return readyReceipt(reading.receipt, file, 'receipt.xml', (bytes) => packDocument(bytes, null))
  })
  await transaction(db, (tx) => keepReceipts(tx, ready, { policy: amazonas }, now))
  return files
}
