import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Taken } from '#tests/outbox/mail-drop.ts'

/** A mail server that lives on when the portal dies. */
export interface MailPost {
  readonly url: string
  /** Mails that came, the same one again included. */
  count(): Promise<number>
  /** Each that came, by its Message-ID. */
  taken(): Promise<ReadonlyMap<string, Taken>>
  close(): void
}

export async function openMailPost(): Promise<MailPost> {
  const child = fork(path.join(import.meta.dirname, 'mail-post-process.ts'))
  const answer = async () => (await once(child, 'message'))[0]
  const url = await answer()
  const ask = (what: 'count' | 'taken') => {
    child.send(what)
    return answer()
  }
  return {
    url,
    count: () => ask('count'),
    taken: async () => new Map(await ask('taken')),
    close: () => child.disconnect(),
  }
}
