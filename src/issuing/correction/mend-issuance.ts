import crypto from 'node:crypto'
import { record } from '../../audit/audit-store.ts'
import { lockFor } from '../../db/lock.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { checkDocument } from '../../sri/check.ts'
import type { ReceiptDraft } from '../../sri/draft.ts'
import type { Problem } from '../../sri/messages.ts'
import { dayOf } from '../../values/day.ts'
import type { Keys } from '../../values/keys.ts'
import { readableName } from '../../values/person-name.ts'
import { creditedNumber } from '../credit-notes/credited-number.ts'
import { holdCredits } from '../credit-notes/hold-credits.ts'
import { isInvoiceAnnulled } from '../credit-notes/stop-notes.ts'
import { keyOf } from '../issuance/begin-issuances.ts'
import { correctIssuance } from '../issuance/correct-issuance.ts'
import type { Issuance } from '../issuance/issuance.ts'
import { findIssuance } from '../issuance/issuance-store.ts'
import { issuerById, pointsOf } from '../issuer/issuer-store.ts'
import { addIssuer } from '../making/add-issuer.ts'
import type { IssuingRefusal } from '../messages.ts'
import { refuseIssuing } from '../messages.ts'
import { changesBetween } from './typed-draft.ts'

interface MendNeeds {
  readonly db: Db
  readonly keys: Pick<Keys, 'audit'>
  readonly now: () => Date
  readonly random: (length: number) => Buffer
}

export type Mended =
  | { readonly ok: true }
  | { readonly ok: false; readonly refusal: IssuingRefusal | 'signed-out' | 'none' }

/** What of a document is corrected. */
interface Mending {
  readonly id: number
  /** The edition that whoever corrects has seen: of two at once, the second is told. */
  readonly edition: number
  /** Null sends it again as it is. */
  readonly draft: ReceiptDraft | null
}

/** Corrects a document that stands still, or sends it again, for somebody of the bank who may. */
export async function mendIssuance(
  needs: MendNeeds,
  actor: Staff,
  mending: Mending,
): Promise<Mended> {
  return transaction(needs.db, async (tx): Promise<Mended> => {
    if (!(await holdRight(tx, actor, 'issuances.correct'))) {
      return { ok: false, refusal: 'signed-out' }
    }
    const who = { actor: `login:${actor.loginId}`, name: readableName(actor.displayName) }
    return mendIn(tx, needs, who, mending)
  })
}

/** The same within a transaction, by whoever the chain is to name. */
export async function mendIn(
  tx: Tx,
  { keys, now, random }: Omit<MendNeeds, 'db'>,
  who: { readonly actor: string; readonly name: string },
  { id, edition, draft }: Mending,
): Promise<Mended> {
  const issuance = await findIssuance(tx, id)
  if (!issuance) return { ok: false, refusal: 'none' }
  if (issuance.edition !== edition) return { ok: false, refusal: refuseIssuing('changed') }
  const tooMuch = await givesTooMuch(tx, issuance, draft ?? issuance.draft)
  if (tooMuch) return { ok: false, refusal: tooMuch }
  const note = `${who.name}. ${changeWords(issuance.draft, draft)}`
  const refusal = await correctIssuance(tx, id, draft, { random, note }, now())
  if (refusal) return { ok: false, refusal }
  const changed = draft === null ? [] : changesBetween(issuance.draft, draft)
  await record(
    tx,
    keys.audit,
    {
      actor: who.actor,
      action: draft === null ? 'issuance.repeated' : 'issuance.corrected',
      subject: `issuance:${id}`,
      detail:
        draft === null
          ? { edition: edition + 1 }
          : {
              edition: edition + 1,
              fields: changed.map(({ path }) => path).join(' '),
              before: sha256Of(issuance.draft),
              after: sha256Of(draft),
            },
    },
    now(),
  )
  return { ok: true }
}

/**
 * Why a credit note cannot go on so: its invoice is annulled, or a correction makes it give back more
 * than is left. What gives back no more than before, of the same invoice, is as good as it was.
 */
async function givesTooMuch(
  tx: Tx,
  { accessKey, draft: before, issuerId, environment }: Issuance,
  draft: ReceiptDraft,
): Promise<IssuingRefusal | null> {
  const number = creditedNumber(draft)
  if (number === null) return null
  const issuer = await issuerById(tx, issuerId)
  if (await isInvoiceAnnulled(tx, { ruc: issuer.ruc, environment }, number)) {
    return refuseIssuing('gives-of-annulled', { invoice: number })
  }
  const raised = (draft.totalCents ?? 0) > (before.totalCents ?? 0)
  if (!raised && number === creditedNumber(before)) return null
  // As when a note begins: nobody else gives anything back meanwhile.
  await lockFor(tx, 'numbering')
  const [refusal = null] = await holdCredits(tx, issuer, [draft], { except: accessKey })
  return refusal
}

const TOLD_MAX = 20
const VALUE_MAX = 100

function changeWords(before: ReceiptDraft, after: ReceiptDraft | null): string {
  if (after === null) return 'Pidió que se haga y se envíe otra vez, sin cambios.'
  const changes = changesBetween(before, after)
  const told = changes
    .slice(0, TOLD_MAX)
    .map(({ path, from, to }) => `${path}: «${clip(from)}» → «${clip(to)}».`)
  const rest = changes.length > TOLD_MAX ? [`Y ${changes.length - TOLD_MAX} más.`] : []
  return [...told, ...rest].join(' ')
}

function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > VALUE_MAX ? `${line.slice(0, VALUE_MAX)}…` : line
}

function sha256Of(draft: ReceiptDraft): string {
  return crypto.createHash('sha256').update(JSON.stringify(draft)).digest('hex')
}

/** What our own checks would say of a corrected draft, before it is kept. */
export async function judgeDraft(
  db: Db,
  issuance: Issuance,
  draft: ReceiptDraft,
  now: Date,
): Promise<Problem[]> {
  const issuer = await issuerById(db, issuance.issuerId)
  const points = await pointsOf(db, issuer.id)
  const place = points.find(({ establishment }) => establishment === issuance.establishment)
  const { issuedOn } = draft
  const dated = { ...issuance, issuedOn }
  // The chance in its key stays what it is.
  const accessKey = keyOf(dated, issuer.ruc, issuance.accessKey.slice(39, 47))
  const numbered = { ...dated, accessKey }
  const address = place?.address ?? issuer.address
  const document = addIssuer(draft, { issuer, address, numbered })
  return checkDocument(document, { today: dayOf(now) })
}
