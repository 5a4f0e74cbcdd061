import type { Db } from '../db/open.ts'
import type { Person } from '../identity/person.ts'
import { ownReader } from '../receipts/reading-store.ts'
import type { ClientReader } from '../receipts/scope/clients.ts'
import { dayOf } from '../values/day.ts'
import { NotFound } from '../web/errors/errors.ts'
import { clientScopeOf } from './client-store.ts'

/** What an accountant began to read is no longer what they may: nothing more of it is given. */
export class ScopeChanged extends Error {
  constructor() {
    super('What may be read changed meanwhile')
  }
}

/**
 * Who is signed in, as a reader of receipts: a customer of their own, an accountant of those that
 * grants cover today. Every list, count, sum, file and page of receipts begins here.
 */
export async function readerOf(
  { db, now }: { db: Db; now: () => Date },
  person: Pick<Person, 'loginId' | 'sessionId' | 'partyId' | 'role' | 'viewing'>,
): Promise<ClientReader> {
  const { loginId, sessionId, partyId, role } = person
  if (role !== 'accountant') {
    if (partyId === null) throw new NotFound()
    return { ...ownReader({ ...person, partyId }), clients: null }
  }
  const began = await clientScopeOf(db, loginId, dayOf(now()))
  const fingerprint = JSON.stringify(began.scope)
  return {
    loginId,
    sessionId,
    ...began,
    scopeNow: async () => {
      const { scope } = await clientScopeOf(db, loginId, dayOf(now()))
      if (JSON.stringify(scope) !== fingerprint) throw new ScopeChanged()
      return scope
    },
  }
}
