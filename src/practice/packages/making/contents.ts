import { setTimeout as pause, setImmediate } from 'node:timers/promises'
import type { Db } from '../../../db/open.ts'
import { checkedDocumentsOf } from '../../../receipts/documents/document-store.ts'
import { DamagedDocument } from '../../../receipts/documents/stored-document.ts'
import { drawReceipt } from '../../../receipts/files/draw-receipt.ts'
import type { MissingFile } from '../../../receipts/files/package-words.ts'
import { isDownloadable, type OwnedReceipt } from '../../../receipts/receipt.ts'
import { receiptsByKey, type StoredReceipt } from '../../../receipts/receipt-store.ts'
import type { ReceiptScope } from '../../../receipts/scope/scope.ts'
import { receiptsOf } from '../../../receipts/search/page-store.ts'
import type { Cursor } from '../../../receipts/search/search-cursor.ts'
import type { ReceiptFilter } from '../../../receipts/search/search-filter.ts'
import type { PrintedSheet } from '../../../ride/pdf/assemble.ts'
import type { DrawnRide, RidePool } from '../../../ride/ride-pool.ts'
import type { Day } from '../../../values/day.ts'
import { sharesOf } from '../scope.ts'

/** Behind which receipt to go on: of which share, its day and its id. */
export interface ContentPlace {
  readonly share: number
  readonly day: Day
  readonly id: number
}

/** A receipt with what goes into the package. */
export interface Content {
  readonly share: number
  readonly receipt: OwnedReceipt
  /** As received; its hash was checked against `sha256`. */
  readonly xml: Uint8Array | null
  readonly sha256: string
  readonly pdf: Uint8Array | null
  /** For the one PDF of all, when that is wanted. */
  readonly pages: PrintedSheet | null
  readonly missing: MissingFile['reason'] | null
}

interface Needs {
  db: Db
  ridePool: Pick<RidePool, 'draw'>
  onError: (error: unknown) => void
}

interface Wanted {
  readonly scope: ReceiptScope
  readonly filter: ReceiptFilter
  readonly pdf: boolean
  readonly pages: boolean
}

/** Receipts fetched at a time. */
const STRETCH = 128
/** Enough for two threads while the next stretch is fetched and the last one written. */
const DRAWN_AHEAD = 48
const DRAWING_TRIES = 2
const BUSY_PAUSE_MS = 250

/**
 * Everything that a search finds in a scope: taxpayer by taxpayer in the order of the scope, by day
 * and id, from a place on. The same data gives the same, whoever asks and however often it stopped.
 */
export async function* contentsOf(
  needs: Needs,
  wanted: Wanted,
  after: ContentPlace | null,
): AsyncGenerator<Content> {
  const ahead: Promise<Content>[] = []
  for await (const { share, receipts } of stretchesOf(needs.db, wanted, after)) {
    for (const making of await makeAll(needs, wanted, share, receipts)) {
      // Whoever awaits it hears of a failure; until then nobody must call it unhandled.
      making.catch(() => undefined)
      ahead.push(making)
      const next = ahead.length > DRAWN_AHEAD ? ahead.shift() : undefined
      if (next) yield await next
    }
  }
  for (const making of ahead) yield await making
}

async function* stretchesOf(db: Db, wanted: Wanted, after: ContentPlace | null) {
  for await (const { share, own, receipts } of listedOf(db, wanted, after, STRETCH)) {
    yield { share, receipts: await withFacts(db, own, receipts) }
  }
}

/** The receipts of a search in a scope, in the order in which they are packed, a page at a time. */
export async function* listedOf(
  db: Db,
  { scope, filter }: Pick<Wanted, 'scope' | 'filter'>,
  after: ContentPlace | null,
  size: number,
) {
  const shares = sharesOf(scope)
  for (let share = after?.share ?? 0; share < shares.length; share += 1) {
    const { partyId = 0, scope: own = [] } = shares[share] ?? {}
    let place = after?.share === share ? { day: after.day, id: after.id } : null
    do {
      const page = {
        order: 'fecha' as const,
        cursor: place && cursorAt(partyId, place),
        size,
      }
      const { receipts, next } = await receiptsOf(db, own, filter, page)
      if (receipts.length > 0) yield { share, own, receipts }
      place = next && { day: next.day, id: next.id }
      // SQLite answers at once: without this, nobody else gets a turn meanwhile.
      await setImmediate()
    } while (place !== null)
  }
}

/** Behind a receipt of one taxpayer, in the order of the days. */
function cursorAt(partyId: number, { day, id }: Pick<ContentPlace, 'day' | 'id'>): Cursor {
  return { direction: 'after', order: 'fecha', day, id, partyId, value: 0, position: 0 }
}

type Found = OwnedReceipt | StoredReceipt

/** What is handed out comes with what its files say. */
async function withFacts(
  db: Db,
  own: ReceiptScope,
  receipts: readonly OwnedReceipt[],
): Promise<Found[]> {
  const keys = receipts.filter(isDownloadable).map(({ accessKey }) => accessKey)
  const stored = await receiptsByKey(db, own, keys)
  const byId = new Map(stored.map((receipt) => [receipt.id, receipt]))
  return receipts.map((receipt) => byId.get(receipt.id) ?? receipt)
}

async function makeAll(
  needs: Needs,
  wanted: Wanted,
  share: number,
  receipts: readonly Found[],
): Promise<Promise<Content>[]> {
  const ids = receipts.filter(isDownloadable).map(({ id }) => id)
  const documents = await checkedDocumentsOf(needs.db, ids)
  return receipts.map(async (receipt): Promise<Content> => {
    const { sha256 = null, ...facts } = { sha256: null, ...receipt }
    const nothing = { share, receipt: listed(facts), xml: null, sha256: '', pdf: null, pages: null }
    if (!isDownloadable(receipt) || !('sha256' in receipt)) {
      return { ...nothing, missing: receipt.status }
    }
    const xml = documents.get(receipt.id)
    if (xml instanceof DamagedDocument) needs.onError(xml)
    if (xml === undefined || xml instanceof DamagedDocument)
      return { ...nothing, missing: 'no-file' }
    const found = { ...nothing, xml, sha256: sha256 ?? '' }
    if (!wanted.pdf) return { ...found, missing: null }
    const drawn = await draw(needs, receipt, xml, wanted.pages)
    if (drawn === null) return { ...found, missing: 'no-pdf' }
    return { ...found, pdf: drawn.pdf, pages: drawn.pages ?? null, missing: null }
  })
}

/** Only what a list shows, always in the same order: it is written down. */
function listed(receipt: OwnedReceipt): OwnedReceipt {
  const { id, partyId, recipientNumber, accessKey, kind, status, number, issuedOn } = receipt
  const { issuerRuc, issuerName, concept, totalCents } = receipt
  return {
    id,
    partyId,
    recipientNumber,
    accessKey,
    kind,
    status,
    number,
    issuedOn,
    issuerRuc,
    issuerName,
    concept,
    totalCents,
  }
}

/** Null when it cannot be drawn; a drawing thread that died of something else is given another try. */
async function draw(
  { ridePool, onError }: Needs,
  receipt: StoredReceipt,
  xml: Uint8Array,
  pages: boolean,
): Promise<Extract<DrawnRide, { ok: true }> | null> {
  for (let tries = 0; tries < DRAWING_TRIES; ) {
    try {
      const drawn = await drawReceipt(ridePool, receipt, xml, { pages })
      if (drawn.ok) return drawn
      if (drawn.refusal === 'unreadable') return null
      // Whoever takes the work up again finds threads that draw.
      if (drawn.refusal === 'closed') throw new DrawingClosed()
      await pause(BUSY_PAUSE_MS)
    } catch (error) {
      if (error instanceof DrawingClosed) throw error
      onError(error)
      tries += 1
    }
  }
  return null
}

/** This process is stopping. */
class DrawingClosed extends Error {}
