import crypto from 'node:crypto'
import type { Db } from '../../db/open.ts'
import { transaction } from '../../db/transaction.ts'
import type { Keys } from '../../values/keys.ts'
import { mailNamedIn } from '../message-id.ts'
import { addBounce, reportedMail } from './bounce-store.ts'
import { markDead } from './dead-address-store.ts'
import { kindOf } from './judge-answer.ts'
import { readReport } from './read-report.ts'

export type ReportRefusal = 'unreadable' | 'no-report' | 'unknown-mail'

/** `again`: the very same report was noted before. */
export type NotedReport = { ok: true; again: boolean } | { ok: false; refusal: ReportRefusal }

/**
 * Notes what a mail server reports of a mail of ours. Whoever sends a mail to where reports go can
 * write one, so a report counts only for the mail whose Message-ID it names (nobody can make one
 * up), and an address is dead only when it is the one that this mail went to.
 */
export async function noteReport(
  db: Db,
  keys: Pick<Keys, 'mail'>,
  raw: Buffer,
  now: Date,
): Promise<NotedReport> {
  const refuse = (refusal: ReportRefusal) => ({ ok: false as const, refusal })
  const report = await readReport(raw).catch(() => undefined)
  if (report === undefined) return refuse('unreadable')
  if (report === null) return refuse('no-report')
  const mailId = mailNamedIn(keys.mail, report.about)
  if (mailId === null) return refuse('unknown-mail')
  const messageHash = crypto.createHash('sha256').update(raw).digest('hex')
  const { action, code, diagnostic, recipients } = report
  return transaction(db, async (tx): Promise<NotedReport> => {
    const mail = await reportedMail(tx, mailId)
    if (mail === null) return refuse('unknown-mail')
    const said = kindOf(action, { code, text: diagnostic })
    const theirs = recipients.some((one) => one.toLowerCase() === mail.address.toLowerCase())
    // Where they have it forwarded to is gone: that says nothing of their own.
    const kind = said === 'gone' && !theirs ? 'refused' : said
    const bounce = { mailId, messageHash, kind, code, diagnostic }
    if (!(await addBounce(tx, bounce, now))) return { ok: true, again: true }
    if (kind === 'gone') await markDead(tx, { ...mail, answer: diagnostic }, now)
    return { ok: true, again: false }
  })
}
