import type { FastifyRequest } from 'fastify'
import { whoIs } from '../identity/session-guard.ts'
import { NotFound } from '../web/errors/errors.ts'
import type { Membership } from './firms/member-store.ts'
import { membershipOf } from './firms/member-store.ts'

/** The accountant who leads a firm, with it; for anybody else these pages are not there. */
export async function leadOf(request: FastifyRequest): Promise<Membership> {
  const { role, loginId } = whoIs(request)
  const membership =
    role === 'accountant' ? await membershipOf(request.server.identity.db, loginId) : null
  if (!membership?.isLead) throw new NotFound()
  return membership
}
