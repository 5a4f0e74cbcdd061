import crypto from 'node:crypto'
import { openDb } from '#src/db/open.ts'
import { createMailWorker } from '#src/outbox/mail-worker.ts'
import { createSmtpTransport } from '#src/outbox/smtp/smtp-transport.ts'
import { COMPOSERS, KEYS, SENDER, SILENT } from '#tests/outbox/outbox.ts'

// A worker in a process of its own, to be killed: <database> <mail server> <slots> <clock ahead, ms>
const [database = '', url = '', slots = '8', ahead = '0'] = process.argv.slice(2)
createMailWorker({
  db: openDb(database),
  transport: createSmtpTransport({ url, from: SENDER, connections: Number(slots) }),
  composers: COMPOSERS,
  sealKey: KEYS.seal,
  mailKey: KEYS.mail,
  retryHours: 72,
  now: () => new Date(Date.now() + Number(ahead)),
  random: crypto.randomBytes,
  log: SILENT,
  slots: Number(slots),
  patienceMs: 10_000,
}).start()
