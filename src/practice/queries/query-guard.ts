import type { FastifyRequest } from 'fastify'
import type { Db } from '../../db/open.ts'
import { whoIs } from '../../identity/session-guard.ts'
import { NotFound } from '../../web/errors/errors.ts'
import type { BatchQuery } from './batch-query.ts'
import { firmOf } from './owner-store.ts'
import { findQueryOf } from './query-store.ts'

/** An accountant and their firm; for anybody else there are no such pages. */
export async function askingOf(db: Db, request: FastifyRequest) {
  const { loginId, role } = whoIs(request)
  const firmId = role === 'accountant' ? await firmOf(db, loginId) : null
  if (firmId === null) throw new NotFound()
  return { loginId, firmId }
}

/** The query of that number, when it is of the accountant who asks. */
export async function ownQuery(db: Db, request: FastifyRequest, id: number): Promise<BatchQuery> {
  const { loginId } = await askingOf(db, request)
  const query = await findQueryOf(db, loginId, id)
  if (query === null) throw new NotFound()
  return query
}
