import { issue } from '#fixtures/certificates/certificates.ts'
import type { Db } from '#src/db/open.ts'
import { transaction } from '#src/db/transaction.ts'
import { replaceCertificate } from '#src/issuing/certificates/certificate-store.ts'
import type { SigningIdentity } from '#src/sri/signature/signer.ts'
import { ceibo, KEYS } from './bank.ts'

const YEAR_MS = 365 * 24 * 3_600_000

/** A certificate that is valid on this day. */
function validToday(): SigningIdentity {
  const [from, to] = [-1, 1].map((years) => new Date(Date.now() + years * YEAR_MS).toISOString())
  return issue({ ruc: ceibo.ruc, from: String(from), to: String(to) })
}

/** Ana of the bank uploads a certificate; answers her login. */
export async function certify(db: Db, identity = validToday()): Promise<number> {
  const now = new Date()
  return transaction(db, async (tx) => {
    const login = { username: 'ana', display_name: 'Ana', role: 'administrator' as const }
    const { id: addedBy } = await tx
      .insertInto('login')
      .values({ ...login, password_hash: '-', created_at: now.toISOString() })
      .returning('id')
      .executeTakeFirstOrThrow()
    await replaceCertificate(tx, KEYS.seal, { issuerRuc: ceibo.ruc, identity, addedBy }, now)
    return addedBy
  })
}
