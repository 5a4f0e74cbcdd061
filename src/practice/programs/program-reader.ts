import type { Db } from '../../db/open.ts'
import type { ApiKey } from '../../identity/api-keys/api-key.ts'
import type { ClientReader } from '../../receipts/scope/clients.ts'
import { dayOf } from '../../values/day.ts'
import { scopeOfKey } from '../keys/key-scope.ts'
import { ScopeChanged } from '../reader.ts'

/**
 * The program of a firm as a reader of receipts: it reads for whoever made its key, and in the read
 * log stands which key it was.
 */
export async function programReader(
  { db, now }: { db: Db; now: () => Date },
  key: ApiKey,
): Promise<ClientReader> {
  const began = await scopeOfKey(db, key, dayOf(now()))
  const fingerprint = JSON.stringify(began.scope)
  return {
    loginId: key.createdBy,
    sessionId: `api-key:${key.id}`,
    apiKeyId: key.id,
    ...began,
    scopeNow: async () => {
      const { scope } = await scopeOfKey(db, key, dayOf(now()))
      if (JSON.stringify(scope) !== fingerprint) throw new ScopeChanged()
      return scope
    },
  }
}
