import type { AuditAction } from '../../audit/audit-action.ts'
import { record } from '../../audit/audit-store.ts'
import type { Db } from '../../db/open.ts'
import type { Tx } from '../../db/transaction.ts'
import { transaction } from '../../db/transaction.ts'
import type { Staff } from '../../identity/person.ts'
import { holdRight } from '../../identity/staff/right-store.ts'
import { itemsOfReceipts, moveItems } from '../../intake/lots/journey/item-store.ts'
import { revive } from '../../outbox/bounces/dead-address-store.ts'
import type { AlertRefusal } from '../../receipts/alerts/resend-alert.ts'
import { resendAlert } from '../../receipts/alerts/resend-alert.ts'
import type { Keys } from '../../values/keys.ts'
import { partySubject } from '../customers/party-subject.ts'
import { deadAddress, failedAlert } from './failed-mail-store.ts'

export type MendRefusal = AlertRefusal | 'signed-out' | 'none'
export type Mended = { ok: true } | { ok: false; refusal: MendRefusal }

interface Needs {
  db: Db
  keys: Pick<Keys, 'audit' | 'seal'>
  now: () => Date
}

/** Sends a mail about receipts again that did not arrive. `none`: it did, or is about something else. */
export async function resendMail(needs: Needs, actor: Staff, mailId: number): Promise<Mended> {
  return mend(needs, actor, 'mail.resent', async (tx, now) => {
    const failed = await failedAlert(tx, mailId)
    if (failed === null) return refuse('none')
    const sent = await resendAlert(tx, needs.keys.seal, failed, now)
    if (typeof sent === 'string') return refuse(sent)
    const items = await itemsOfReceipts(tx, sent)
    const bounced = items.filter(({ stage }) => stage === 'bounced')
    await moveItems(
      tx,
      bounced.map((item) => ({ item, to: null })),
    )
    return { ok: true, subject: partySubject(failed.partyId) }
  })
}

/** Somebody of the bank says that an address can be read again. `none`: it is not dead. */
export async function reviveAddress(needs: Needs, actor: Staff, id: number): Promise<Mended> {
  return mend(needs, actor, 'address.revived', async (tx) => {
    const dead = await deadAddress(tx, id)
    if (dead === null || !(await revive(tx, dead.address))) return refuse('none')
    return { ok: true, subject: dead.partyId === null ? 'mails' : partySubject(dead.partyId) }
  })
}

type Refused = Exclude<Mended, { ok: true }>
/** `subject`: what it was done to, for the chain. */
type Done = { ok: true; subject: string } | Refused

async function mend(
  { db, keys, now }: Needs,
  actor: Staff,
  action: AuditAction,
  deed: (tx: Tx, now: Date) => Promise<Done>,
): Promise<Mended> {
  return transaction(db, async (tx): Promise<Mended> => {
    if (!(await holdRight(tx, actor, 'customers.help'))) return refuse('signed-out')
    const at = now()
    const done = await deed(tx, at)
    if (!done.ok) return done
    const entry = { actor: `login:${actor.loginId}`, action, subject: done.subject }
    await record(tx, keys.audit, entry, at)
    return { ok: true }
  })
}

function refuse(refusal: MendRefusal): Refused {
  return { ok: false, refusal }
}
