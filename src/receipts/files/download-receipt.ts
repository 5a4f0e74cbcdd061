import type { Db } from '../../db/open.ts'
import type { Policy } from '../../policy/policy.ts'
import type { RidePool } from '../../ride/ride-pool.ts'
import { findDocument } from '../documents/document-store.ts'
import { addReadings, type Reader } from '../reading-store.ts'
import { fileStem } from '../receipt.ts'
import { findReceiptOf, type StoredReceipt } from '../receipt-store.ts'
import { drawReceipt } from './draw-receipt.ts'

/** Grows with every change of the drawing, so that nobody keeps a PDF of the former one. */
const DRAWING = 1

export type FileFormat = 'pdf' | 'xml'

type DownloadRefusal = 'none' | 'pending' | 'rejected' | 'unreadable' | 'busy'

type Download =
  /** `bytes` is null when the copy that the browser has still stands. */
  | {
      readonly ok: true
      readonly name: string
      readonly bytes: Uint8Array | null
      readonly etag: string
    }
  | { readonly ok: false; readonly refusal: DownloadRefusal }

/**
 * One file of a receipt that somebody may read, written into the read log before it is given. `known` is the
 * mark of a copy the browser has: when it still stands, no bytes are made.
 */
export async function downloadReceipt(
  needs: {
    db: Db
    ridePool: Pick<RidePool, 'draw'>
    policy: Pick<Policy, 'brand'>
    now: () => Date
  },
  reader: Reader,
  asked: { accessKey: string; format: FileFormat; known: string | undefined },
): Promise<Download> {
  const { db, ridePool, policy, now } = needs
  const receipt = await findReceiptOf(db, reader.scope, asked.accessKey)
  if (receipt === null) return { ok: false, refusal: 'none' }
  if (receipt.status === 'pending' || receipt.status === 'rejected') {
    return { ok: false, refusal: receipt.status }
  }
  const etag = etagOf(receipt, asked.format, policy.brand)
  const name = `${fileStem(receipt)}.${asked.format}`
  if (asked.known?.includes(etag)) return { ok: true, name, bytes: null, etag }
  const xml = await findDocument(db, receipt.id)
  if (xml === null) return { ok: false, refusal: 'unreadable' }
  let bytes: Uint8Array = xml
  if (asked.format === 'pdf') {
    const drawn = await drawReceipt(ridePool, receipt, xml)
    if (!drawn.ok) {
      return { ok: false, refusal: drawn.refusal === 'unreadable' ? 'unreadable' : 'busy' }
    }
    bytes = drawn.pdf
  }
  await addReadings(db, reader, asked.format, [receipt], now())
  return { ok: true, name, bytes, etag }
}

/** The drawing depends on nothing but the file, its authorisation, the bank's mark and the drawing itself. */
function etagOf(receipt: StoredReceipt, format: FileFormat, { logo }: Policy['brand']): string {
  const file = receipt.sha256?.slice(0, 32) ?? ''
  if (format === 'xml') return `"${file}"`
  const mark = logo ? `-${logo.address.split('.')[1]}` : ''
  return `"${file}-${receipt.status}-${DRAWING}${mark}"`
}
