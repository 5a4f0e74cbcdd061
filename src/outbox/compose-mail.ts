import type { Db } from '../db/open.ts'
import type { ComposedMail, Composers, QueuedMail } from './mail.ts'
import { openPayload } from './mail.ts'

interface Needs {
  db: Db
  composers: Composers
  /** `keys.seal` */
  sealKey: Buffer
}

/** Writes a queued mail as its reader will see it. Throws what its composer throws. */
export async function composeMail(
  { db, composers, sealKey }: Needs,
  mail: QueuedMail & { payload: string },
): Promise<ComposedMail> {
  const composer = composers.get(mail.reason)
  if (composer === undefined) throw new Error(`No composer for mails of reason ${mail.reason}`)
  return composer(db, openPayload(sealKey, mail.payload), mail)
}
