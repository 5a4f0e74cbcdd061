import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** What a mail server remembers of a mail that it took. */
export interface Taken {
  /** How often it came. */
  times: number
  /** Everybody to whom it came. */
  to: string[]
  /** `001-002-000000016`, of the receipt that is attached; null when none is. */
  number: string | null
}

/** A real mail server that remembers of each mail, by its Message-ID, what it was. */
export interface MailDrop {
  readonly url: string
  readonly taken: ReadonlyMap<string, Taken>
  count(): number
  close(): void
}

const MESSAGE_ID = /^message-id:\s*(<[^>]*>)/im
const ATTACHED = /filename="?[\w-]+_(\d{3}-\d{3}-\d{9})_[\d-]+\.xml/
/** Of what came before, as much as one of these may have begun in. */
const KEPT = 512

export async function openMailDrop(): Promise<MailDrop> {
  const taken = new Map<string, Taken>()
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData: (stream, { envelope }, callback) => {
      let text = ''
      let id = ''
      let number: string | null = null
      stream.on('data', (piece: Buffer) => {
        text = text.slice(-KEPT) + piece.toString('latin1')
        id ||= apart(MESSAGE_ID.exec(text)?.[1]) ?? ''
        number ??= apart(ATTACHED.exec(text)?.[1])
      })
      stream.on('end', () => {
        const before = taken.get(id)
        const to = envelope.rcptTo.map(({ address }) => address)
        taken.set(id, {
          times: (before?.times ?? 0) + 1,
          to: [...new Set([...(before?.to ?? []), ...to])],
          number,
        })
        count += 1
        callback()
      })
    },
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    taken,
    count: () => count,
    close: () => server.close(),
  }
}

/** A copy: what is cut out of a text keeps all of it in memory. */
function apart(part: string | undefined): string | null {
  return part === undefined ? null : Buffer.from(part).toString()
}
