import type { FastifyReply, FastifyRequest } from 'fastify'
import { apiKeyOf } from '../../identity/api-keys/api-key-guard.ts'
import { TooManyRequests } from '../../web/errors/errors.ts'
import { apiRefusals } from '../programs/messages.ts'
import { CALLS_PER_MINUTE } from './limits.ts'
import type { Quota } from './quota.ts'

/** A hook behind the guard of keys: counts the call, says what is left, and answers 429 to too many. */
export function limitCalls(quota: Quota) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { allowed, remaining, resetSeconds } = await quota.count(apiKeyOf(request).id)
    reply.headers({
      'ratelimit-limit': CALLS_PER_MINUTE,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': resetSeconds,
    })
    if (!allowed) throw new TooManyRequests(resetSeconds, apiRefusals.tooMany(resetSeconds))
  }
}
