import { SMTPServer } from 'smtp-server'

// A mail server that forgets what it takes, in a process of its own: it says its port to its parent.
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData: (stream, _session, callback) => {
    stream.resume()
    stream.on('end', () => callback())
  },
})
server.on('error', () => undefined)
server.listen(0, '127.0.0.1', () => {
  const address = server.server.address()
  if (address !== null && typeof address === 'object') process.send?.(address.port)
})
process.on('disconnect', () => process.exit(0))
