import type { FastifyRequest } from 'fastify'
import { whoIs } from '../identity/session-guard.ts'
import { NotFound } from '../web/errors/errors.ts'
import type { Membership } from './firms/member-store.ts'
import { membershipOf } from './firms/member-store.ts'

/** The accountant whose pages these are, with their firm; for anybody else they are not there. */
export async function accountantOf(request: FastifyRequest): Promise<Membership> {
  const { role, loginId } = whoIs(request)
  const membership =
    role === 'accountant' ? await membershipOf(request.server.identity.db, loginId) : null
  if (!membership) throw new NotFound()
  return membership
}

/** The same for who leads the firm. */
export async function leadOf(request: FastifyRequest): Promise<Membership> {
  const membership = await accountantOf(request)
  if (!membership.isLead) throw new NotFound()
  return membership
}
