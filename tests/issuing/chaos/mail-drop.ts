import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A real mail server that remembers of each mail only which one it was, and how often it came. */
export interface MailDrop {
  readonly url: string
  readonly taken: ReadonlyMap<string, number>
  count(): number
  close(): void
}

const HEAD_BYTES = 8_192

export async function openMailDrop(): Promise<MailDrop> {
  const taken = new Map<string, number>()
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onData: (stream, _session, callback) => {
      let head = ''
      stream.on('data', (piece: Buffer) => {
        if (head.length < HEAD_BYTES) head += piece.toString('latin1')
      })
      stream.on('end', () => {
        const id = /^message-id:\s*(<[^>]*>)/im.exec(head)?.[1] ?? 'none'
        taken.set(id, (taken.get(id) ?? 0) + 1)
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
