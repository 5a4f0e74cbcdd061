import crypto from 'node:crypto'
import { openDb } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { beginIssuances } from '#src/issuing/issuance/begin-issuances.ts'
import { NEEDS, NOW, request } from '../bank.ts'

// Begins group after group until it is killed: <database> <name of this process>
const [database = '', name = ''] = process.argv.slice(2)
const db = openDb(database)
for (let group = 0; ; group += 1) {
  const size = 1 + crypto.randomInt(40)
  const requests = Array.from({ length: size }, (_, n) => request(`${name}:${group}:${n}`))
  await transaction(db, (tx) => beginIssuances(tx, requests, NEEDS, NOW))
}
