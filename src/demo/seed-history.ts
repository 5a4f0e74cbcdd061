import { somebody } from '#fixtures/people.ts'
import type { Chance } from '#fixtures/random.ts'
import { chanceOf } from '#fixtures/random.ts'
import { manyReceipts } from '#fixtures/receipts/many.ts'
import { record } from '../audit/audit-store.ts'
import type { Context } from '../context.ts'
import type { Tx } from '../db/transaction.ts'
import { transaction } from '../db/transaction.ts'
import { activateLogin } from '../identity/login-store.ts'
import { findPartyByNumber } from '../identity/parties/party-store.ts'
import { NO_PASSWORD } from '../identity/passwords/password-hash.ts'
import { keepGroup } from '../intake/keep-group.ts'
import type { PreparedFile } from '../intake/preparation/prepare-file.ts'
import { claimMails, settleMails } from '../outbox/mail-store.ts'
import { packDocument } from '../receipts/documents/stored-document.ts'
import { readyReceipt } from '../receipts/kept/ready-receipt.ts'
import { judgeSignature } from '../receipts/signatures/judge-signature.ts'
import { readReceipt } from '../sri/read-receipt.ts'
import { dayOf } from '../values/day.ts'
import { pastSigner } from './past-signer.ts'

const DAYS = 21
const DAY_MS = 24 * 60 * 60 * 1_000
const PEOPLE = 160
/** Of a hundred mails. */
const RETURNED = 4

/**
 * What went on at the fictitious bank in the last three weeks: receipts of a crowd came in every
 * day, some of the crowd got their access, and mails left. Facts like any other, of other days.
 */
export async function seedHistory(context: Context): Promise<void> {
  const chance = chanceOf(2_027)
  let [numberedAfter, people] = [0, 0]
  for (let ago = DAYS; ago > 0; ago -= 1) {
    const now = new Date(context.now().getTime() - ago * DAY_MS)
    const lastDay = dayOf(now)
    const weekend = [0, 6].includes(new Date(`${lastDay}T12:00:00Z`).getUTCDay())
    const count = weekend ? chance.between(2, 6) : chance.between(14, 30)
    await receive(context, { count, numberedAfter, lastDay }, now)
    numberedAfter += count
    const arrivals = weekend ? chance.between(0, 1) : chance.between(1, 5)
    await giveAccess(context, people, arrivals, now)
    people += arrivals
    await transaction(context.db, (tx) => letMailsLeave(tx, chance, now))
  }
}

async function receive(
  { db, keys, policy }: Context,
  crowd: { count: number; numberedAfter: number; lastDay: ReturnType<typeof dayOf> },
  now: Date,
): Promise<void> {
  const { sign } = pastSigner(now)
  const receipts = manyReceipts({
    ...crowd,
    people: PEOPLE,
    seed: crowd.numberedAfter + 1,
    days: 1,
    sign,
  })
  const files = [...receipts].flatMap(({ name, xml }): PreparedFile[] => {
    const bytes = Buffer.from(xml)
    const reading = readReceipt(bytes)
    if (!reading.ok) return []
    const read = readyReceipt(reading.receipt, bytes, name, (file) => packDocument(file, null))
    const ready = { ...read, signature: judgeSignature(bytes) }
    return [{ name, ready, refusal: null, accessKey: ready.accessKey }]
  })
  const needs = { db, keys, policy, now: () => now, actor: 'command-line' }
  await keepGroup(files, needs, async () => undefined)
}

/** The next of the crowd that own something; nobody knows their passwords. */
async function giveAccess(
  { db, keys }: Context,
  first: number,
  count: number,
  now: Date,
): Promise<void> {
  for (let number = first; number < first + count; number += 1) {
    const { id, name, email } = somebody(number, chanceOf(number + 1))
    const party = await findPartyByNumber(db, id)
    if (!party) continue
    const login = { partyId: party.id, username: id, name, passwordHash: NO_PASSWORD }
    await transaction(db, async (tx) => {
      const { id: loginId } = await activateLogin(tx, { ...login, email: email ?? '' }, now)
      const [actor, subject] = [`login:${loginId}`, `party:${party.id}`]
      await record(tx, keys.audit, { actor, action: 'first-login.completed', subject }, now)
    })
  }
}

async function letMailsLeave(tx: Tx, chance: Chance, now: Date): Promise<void> {
  const claim = { urgent: false, limit: 1_000, owner: 'history', until: now }
  const mails = await claimMails(tx, claim, now)
  const settlements = mails.map(({ id }) =>
    chance.between(1, 100) <= RETURNED
      ? { id, as: 'failed' as const, answer: '550 5.1.1 Esa casilla no existe' }
      : { id, as: 'sent' as const, answer: '250 2.0.0 Recibido' },
  )
  await settleMails(tx, claim.owner, settlements, now)
}
