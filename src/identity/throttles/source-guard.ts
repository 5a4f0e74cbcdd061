import type { FastifyRequest } from 'fastify'
import { TooManyRequests } from '../../web/errors/errors.ts'
import type { SourcePurpose } from './limits.ts'
import { sourceLimits } from './limits.ts'
import { sourceBlock } from './source-block.ts'
import { hitAll } from './throttle-store.ts'

/** A hook that counts the tries of the block a request comes from, and answers 429 to too many. */
export function limitSource(purpose: SourcePurpose) {
  return async (request: FastifyRequest): Promise<void> => {
    await countSource(request, purpose)
  }
}

/** The same inside a handler, where only the form tells what is being tried. */
export async function countSource(request: FastifyRequest, purpose: SourcePurpose): Promise<void> {
  const { db, keys, now, policy } = request.server.identity
  const block = sourceBlock(request.ip)
  const limits = sourceLimits(policy, purpose)
  const taken = await hitAll(db, keys.token, `source-${purpose}`, block, limits, now())
  if (!taken.ok) throw new TooManyRequests(taken.retryAfterSeconds)
}
