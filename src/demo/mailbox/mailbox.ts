import type { MailboxMessage } from './mailbox-message.ts'
import { readMessage } from './mailbox-message.ts'
import { mailboxRoutes } from './mailbox-routes.ts'

const MESSAGES_MAX = 500
const CLOSE_MS = 1_000

interface Mailbox {
  /** Where to send: a free port of loopback. */
  smtpUrl: string
  /** The latest 500, newest first. */
  readonly messages: readonly MailboxMessage[]
  /** `/demo/buzon`, without any guard. */
  routes: ReturnType<typeof mailboxRoutes>
  close(): Promise<void>
}

/**
 * A mail server that delivers nothing and shows everything, for the demo; `nobody` is an address that
 * it says does not exist. Its packages are only for development, so they are imported here, when it
 * is opened.
 */
export async function openMailbox(options: { nobody?: string } = {}): Promise<Mailbox> {
  const { SMTPServer } = await import('smtp-server')
  const messages: MailboxMessage[] = []
  let count = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: CLOSE_MS,
    onRcptTo: ({ address }, _session, callback) => {
      callback(address === options.nobody ? noSuchMailbox() : null)
    },
    onData: (stream, session, callback) => {
      const recipients = session.envelope.rcptTo.map(({ address }) => address)
      readAll(stream)
        .then(async (raw) => {
          count += 1
          messages.unshift(await readMessage({ id: count, recipients }, raw))
          messages.splice(MESSAGES_MAX)
          callback()
        })
        .catch(callback)
    },
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A client that hangs up is no reason for the demo to end.
  server.on('error', () => undefined)
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('The mailbox has no port')
  return {
    smtpUrl: `smtp://127.0.0.1:${address.port}`,
    messages,
    routes: mailboxRoutes(messages),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function noSuchMailbox(): Error {
  return Object.assign(new Error('5.1.1 Esa casilla no existe'), { responseCode: 550 })
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}
