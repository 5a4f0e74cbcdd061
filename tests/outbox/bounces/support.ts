import crypto from 'node:crypto'
import { transaction } from '#src/db/transaction.ts'
import { enqueueMails } from '#src/outbox/enqueue-mails.ts'
import { messageIdOf } from '#src/outbox/message-id.ts'
import { note } from '#tests/outbox/outbox.ts'
import type { Answer, TestPortal } from '#tests/support/portal.ts'
import { openPortal } from '#tests/support/portal.ts'

export const SECRET = 'un secreto que solo conoce el servidor de correo'

export const withDoor = { config: { bounceSecret: SECRET } }

interface Handing {
  secret?: string
  /** Of the signature; that of the portal's clock unless told. */
  at?: Date
  signature?: string
  type?: string
}

/** Hands in a report as the mail server's program does: no cookie, no origin, a signature. */
export async function handIn(
  { app, clock, context }: TestPortal,
  raw: string | Buffer,
  { secret = SECRET, at = clock.now(), signature, type = 'message/rfc822' }: Handing = {},
): Promise<Answer> {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const mac = crypto.createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest('hex')
  return app.inject({
    method: 'POST',
    url: '/api/v1/rebotes',
    headers: {
      host: new URL(context.config.publicUrl).host,
      'content-type': type,
      'x-bounce-timestamp': timestamp,
      'x-bounce-signature': signature ?? `sha256=${mac}`,
    },
    payload: raw,
  })
}

/** A mail to somebody, and how it is named in what comes back. */
export async function mailTo(portal: TestPortal, name: string) {
  const { db, context, clock } = portal
  const mail = note(name)
  await transaction(db, (tx) => enqueueMails(tx, context.keys.seal, [mail], clock.now()))
  const { id } = await db
    .selectFrom('mail')
    .select('id')
    .where('subject_key', '=', mail.subjectKey)
    .executeTakeFirstOrThrow()
  return { id, address: mail.to.address, messageId: messageIdNamed(portal, id) }
}

export function messageIdNamed({ context }: Pick<TestPortal, 'context'>, mailId: number): string {
  return messageIdOf(context.keys.mail, mailId, 'bancoceibo.example')
}

export async function portalWithDoor(db?: TestPortal['db']): Promise<TestPortal> {
  return openPortal(db ? { ...withDoor, db } : withDoor)
}

export async function deadAddresses({ db }: TestPortal): Promise<string[]> {
  const rows = await db.selectFrom('dead_address').select('address').orderBy('id').execute()
  return rows.map(({ address }) => address)
}

export async function bounces({ db }: TestPortal) {
  return db.selectFrom('bounce').select(['mail_id', 'kind', 'code']).orderBy('id').execute()
}
