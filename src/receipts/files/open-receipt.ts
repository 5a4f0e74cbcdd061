import type { Db } from '../../db/open.ts'
import { describeFile } from '../../ride/describe-file.ts'
import type { Authorization, RideSheet } from '../../ride/sheet.ts'
import { guayaquilIso } from '../../values/day.ts'
import { findDocument } from '../documents/document-store.ts'
import { waitingToBeAnnulled } from '../kept/annulled-store.ts'
import type { ReceiptStatus } from '../receipt.ts'
import { signatureOf } from '../signatures/judge-receipts.ts'
import type { SignatureVerdict } from '../signatures/signature-verdict.ts'

/** The file of a receipt, and what is printed of it. */
export interface OpenReceipt {
  /** As received, byte for byte. */
  readonly xml: Buffer
  readonly sheet: RideSheet
  readonly signature: SignatureVerdict
  /** The SRI waits for its recipient to agree that it is annulled. */
  readonly annulling: boolean
}

/** What is known of the authorisation beside the document. */
export interface Authorized {
  readonly status: ReceiptStatus
  readonly authorizationNumber: string | null
  readonly authorizedAt: string | null
}

const SHEET_STATUS = {
  authorized: 'authorized',
  annulled: 'authorized',
  pending: 'in-process',
  rejected: 'rejected',
} as const

/** Fetches the file of a receipt and reads it. Null when there is none that can be read. */
export async function openReceipt(
  db: Db,
  receipt: Authorized & { readonly id: number },
): Promise<OpenReceipt | null> {
  const xml = await findDocument(db, receipt.id)
  const sheet = xml && describeFile(xml, authorizationOf(receipt))
  if (!xml || !sheet) return null
  const signature = await signatureOf(db, receipt.id, xml)
  const annulling = await waitingToBeAnnulled(db, [receipt])
  return { xml, sheet, signature, annulling: annulling.has(receipt.id) }
}

/** What the SRI answered, as the sheet prints it. */
export function authorizationOf(receipt: Authorized): Authorization {
  return {
    number: receipt.authorizationNumber,
    at: receipt.authorizedAt && guayaquilTime(receipt.authorizedAt),
    status: SHEET_STATUS[receipt.status],
  }
}

/** The sheet prints the hour as it stands in the text, and the record keeps UTC. */
function guayaquilTime(at: string): string {
  const time = new Date(at)
  return Number.isNaN(time.getTime()) ? at : guayaquilIso(time)
}
