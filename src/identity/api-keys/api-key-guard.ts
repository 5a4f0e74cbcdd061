import crypto from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { comesFrom } from '../../values/network.ts'
import { NotFound, WebError } from '../../web/errors/errors.ts'
import type { ApiKey, ApiRight } from './api-key.ts'
import { hashSecret, readBearer } from './api-key.ts'
import { findKey, touchKey } from './api-key-store.ts'
import { keyRefusals } from './messages.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key of the program that asks; null until its guard has run. */
    apiKey?: ApiKey
  }
}

/** So often, at most, its use is noted. */
const TOUCH_MS = 60_000

/**
 * The guard of the API: 401 unless the request bears a key that works, by now and from here; 403
 * unless the key may do this, if it takes a right. Who holds no key learns nothing of which there are.
 */
export function requireApiKey(right?: ApiRight) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { db, keys, now } = request.server.identity
    const sent = readBearer(request.headers.authorization)
    const found = sent && (await findKey(db, sent.handle))
    const proved = found && isSame(hashSecret(keys.token, sent), found.secretHash)
    const time = now()
    const open = proved && !found.key.revokedAt && !found.key.isHeld && found.key.expiresAt > time
    if (!open || !comesFrom(found.key.networks, request.ip)) {
      reply.header('www-authenticate', 'Bearer')
      throw new WebError(401, 'KEY_REQUIRED', keyRefusals.required)
    }
    if (right && !found.key.rights.includes(right))
      throw new WebError(403, 'RIGHT', keyRefusals.right)
    request.apiKey = found.key
    if (!found.key.usedAt || time.getTime() - found.key.usedAt.getTime() > TOUCH_MS) {
      touchKey(db, found.key.id, time).catch((error: unknown) =>
        request.log.warn({ err: error }, 'key not touched'),
      )
    }
  }
}

/** The program that asks, behind `requireApiKey`. */
export function apiKeyOf({ apiKey }: FastifyRequest): ApiKey {
  if (!apiKey) throw new NotFound()
  return apiKey
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && crypto.timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
