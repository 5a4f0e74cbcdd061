import type { Email } from 'postal-mime'
import PostalMime from 'postal-mime'
import type { SMTPServerOptions } from 'smtp-server'
import { SMTPServer } from 'smtp-server'
import { onTestFinished } from 'vitest'

/** A mail as a mail server took it. */
export interface Received {
  messageId: string
  from: string
  recipients: string[]
  raw: Buffer
}

/** What the server says to a mail: nothing (it takes it), an answer, or it hangs up after the data. */
export type Manners = {
  onRecipient?: (address: string) => { code: number; words: string } | null
  onMail?: (mail: Received) => { code: number; words: string } | 'hang-up' | null
  options?: SMTPServerOptions
}

export interface Sink {
  url: string
  port: number
  /** Everything taken, in order, mails after which it hung up included. */
  received: Received[]
  connections: () => number
  close(): Promise<void>
}

/** A real mail server on a free port of loopback that keeps what it is given. */
export async function openSink(manners: Manners = {}, port = 0): Promise<Sink> {
  const received: Received[] = []
  let connections = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onConnect: (_session, callback) => {
      connections += 1
      callback()
    },
    onRcptTo: (address, _session, callback) => {
      callback(refusal(manners.onRecipient?.(address.address)))
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        const raw = Buffer.concat(chunks)
        const mail = {
          messageId: /^message-id:\s*(<[^>]*>)/im.exec(raw.toString('latin1'))?.[1] ?? '',
          from: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map(({ address }) => address),
          raw,
        }
        const answer = manners.onMail?.(mail) ?? null
        if (answer === null || answer === 'hang-up') received.push(mail)
        if (answer !== 'hang-up') callback(refusal(answer))
        else socketOf(server, session.id)?.destroy()
      })
    },
    ...manners.options,
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.listen(port, '0.0.0.0', resolve)
    server.on('error', reject)
  })
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  onTestFinished(close)
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    received,
    connections: () => connections,
    close,
  }
}

/** Takes a mail apart as a reader's program would. */
export function readMail(mail: Received): Promise<Email> {
  return PostalMime.parse(mail.raw)
}

function refusal(answer: { code: number; words: string } | null | undefined): Error | null {
  if (!answer) return null
  return Object.assign(new Error(answer.words), { responseCode: answer.code })
}

function socketOf(server: SMTPServer, id: string): { destroy(): void } | undefined {
  const connections = (server as unknown as { connections: Set<SinkConnection> }).connections
  return [...connections].find((connection) => connection.id === id)?._socket
}

interface SinkConnection {
  id: string
  _socket: { destroy(): void }
}
