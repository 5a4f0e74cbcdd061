import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Tx } from '../../db/transaction.ts'
import { addFigures } from '../../figures/figure-store.ts'
import type { Policy } from '../../policy/policy.ts'
import { newestDictionary } from '../../receipts/documents/document-store.ts'
import { createPacker } from '../../receipts/documents/stored-document.ts'
import { keepReceipts } from '../../receipts/kept/keep-receipts.ts'
import { noteKept } from '../../receipts/kept/note-kept.ts'
import { readyReceipt } from '../../receipts/kept/ready-receipt.ts'
import { readReceipt } from '../../sri/read-receipt.ts'
import type { Keys } from '../../values/keys.ts'
import type { IssuedPlace } from '../courier/settle.ts'
import { addEvents } from '../issuance/event-store.ts'
import type { Issuance } from '../issuance/issuance.ts'
import { findIssuance, settleAdopted } from '../issuance/issuance-store.ts'
import { dropSigned } from '../making/document-store.ts'
import { answerFigures } from '../states/answers.ts'
import type { Difference, HeldDocument } from './held-document.ts'

/** What one person proposes and another decides on: the very file, and what they were shown of it. */
export interface AdoptionPayload {
  readonly sha256: string
  readonly differences: readonly Difference[]
  /** The file, compressed, in base64. */
  readonly file: string
}

export function adoptionPayload({ file, sha256, differences }: HeldDocument): AdoptionPayload {
  return { sha256, differences, file: zstdCompressSync(file).toString('base64') }
}

interface AdoptNeeds {
  readonly policy: Pick<Policy, 'firstLogin'>
  readonly keys: Pick<Keys, 'audit'>
  /** Told of the document of a lot that became a receipt. */
  readonly follow: (tx: Tx, issued: readonly IssuedPlace[]) => Promise<void>
}

const MOVED = 'Este envío ya no espera una decisión: mira cómo quedó.'
const CLASHES =
  'Ya hay un comprobante con esta clave que no está autorizado. Revísalo en Comprobantes antes de seguir.'

/**
 * Makes what the SRI authorised under our key the receipt of a document, in place of what we sent:
 * with its owner, its announcement and its place in the lot, as any other.
 *
 * @param said who proposed and who approved it, and why
 * @returns why it cannot be any more; null when it is done
 */
export async function adoptDocument(
  tx: Tx,
  needs: AdoptNeeds,
  issuanceId: number,
  { payload, said, actor }: { payload: AdoptionPayload; said: string; actor: string },
  now: Date,
): Promise<string | null> {
  const issuance = await findIssuance(tx, issuanceId)
  if (issuance?.state !== 'different' || issuance.isClosed) return MOVED
  const file = zstdDecompressSync(Buffer.from(payload.file, 'base64'))
  const reading = readReceipt(file)
  if (!reading.ok) throw new Error(`A proposal with a file that is no receipt: ${issuanceId}`)
  const pack = createPacker(await newestDictionary(tx))
  const ready = readyReceipt(reading.receipt, file, `${issuance.accessKey}.xml`, pack)
  const kept = await keepReceipts(tx, [ready], needs, now)
  const receiptId = await authorizedReceipt(tx, issuance)
  if (receiptId === null) return CLASHES
  await settleAdopted(tx, issuanceId, receiptId, said, now)
  const event = { issuanceId, what: 'authorized', code: null, text: said } as const
  await addEvents(tx, [event], now)
  await addFigures(tx, answerFigures([event], now))
  await dropSigned(tx, [issuanceId])
  if (issuance.lot !== null) await needs.follow(tx, [{ ...issuance.lot, receiptId }])
  await noteKept(tx, kept, { keys: needs.keys, actor }, now)
  return null
}

async function authorizedReceipt(tx: Tx, { accessKey }: Issuance): Promise<number | null> {
  const row = await tx
    .selectFrom('receipt')
    .select('id')
    .where('access_key', '=', accessKey)
    .where('status', '=', 'authorized')
    .executeTakeFirst()
  return row?.id ?? null
}
