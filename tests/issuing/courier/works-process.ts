import crypto from 'node:crypto'
import { openDb } from '#src/db/open.ts'
import { createCourier } from '#src/issuing/courier/courier.ts'
import { createMaker } from '#src/issuing/making/maker.ts'
import { amazonas } from '#src/policy/amazonas.ts'
import { KEYS, SILENT } from '../bank.ts'
import { SIGNING } from '../fake-signing.ts'
import { remoteSri } from '../remote-sri.ts'

// Makes and carries documents until it is killed: <database> <address of the SRI> <clock ahead, ms>
const [database = '', address = '', ahead = '0'] = process.argv.slice(2)
const shared = {
  db: openDb(database),
  now: () => new Date(Date.now() + Number(ahead)),
  log: SILENT,
}
createMaker({ ...shared, signingOf: async () => SIGNING, threads: 1 }).start()
createCourier({
  ...shared,
  service: remoteSri(address),
  policy: amazonas,
  keys: KEYS,
  random: crypto.randomBytes,
  follow: async () => undefined,
}).start()
