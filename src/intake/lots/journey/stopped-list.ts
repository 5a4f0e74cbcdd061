import type { Db } from '../../../db/open.ts'
import type { Stage } from '../../../db/tables/intake.ts'
import { maskEmail } from '../../../values/email-address.ts'
import { readableName } from '../../../values/person-name.ts'
import { reachWords } from '../staff/messages.ts'
import { lastMails } from './fact-store.ts'
import type { NamedLot } from './funnel-store.ts'
import type { ItemPlace } from './item-store.ts'
import { mailWordsOf } from './messages.ts'
import type { StoppedItem } from './stopped-store.ts'
import { ownersOf, stoppedIn } from './stopped-store.ts'

/** A receipt that came no farther, for the bank's people. */
export interface StoppedOnScreen {
  readonly place: ItemPlace
  readonly lot: string
  readonly number: string
  readonly accessKey: string
  readonly customer: { readonly id: number | null; readonly name: string }
  /** Masked. */
  readonly address: string
  readonly state: string
  /** The last words of a mail server. */
  readonly answer: string
}

/**
 * Those who stopped at a stage, in the order of lots and places: `limit` at most, after a place. Lots
 * are looked at one after another, each by an index, until the page is full.
 */
export async function stoppedAt(
  db: Db,
  lots: readonly NamedLot[],
  stage: Stage,
  page: { after: ItemPlace; limit: number },
  now: Date,
): Promise<StoppedOnScreen[]> {
  const { after, limit } = page
  const found: StoppedOnScreen[] = []
  for (const lot of lots) {
    if (lot.id < after.lotId || found.length >= limit) continue
    const afterN = lot.id === after.lotId ? after.n : 0
    const items = await stoppedIn(db, lot.id, stage, { afterN, limit: limit - found.length })
    found.push(...(await onScreen(db, lot, items, now)))
  }
  return found
}

async function onScreen(
  db: Db,
  lot: NamedLot,
  items: readonly StoppedItem[],
  now: Date,
): Promise<StoppedOnScreen[]> {
  const ids = items.map(({ receiptId }) => receiptId)
  const owners = await ownersOf(db, ids)
  const mails = new Map((await lastMails(db, ids, now)).map((mail) => [mail.receiptId, mail]))
  return items.map(({ n, receiptId, number, accessKey, recipient }) => {
    const owner = owners.get(receiptId)
    const mail = mails.get(receiptId)
    const address = mail?.address ?? owner?.email
    return {
      place: { lotId: lot.id, n },
      lot: lot.number,
      number,
      accessKey,
      customer: { id: owner?.partyId ?? null, name: readableName(owner?.name ?? recipient) },
      address: address ? maskEmail(address) : '',
      state: mail ? mailWordsOf(mail) : reachWords[owner?.reach ?? 'nobody'].text,
      answer: mail?.answer ?? '',
    }
  })
}
