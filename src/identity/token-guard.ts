import crypto from 'node:crypto'
import type { FastifyJWTOptions } from '@fastify/jwt'
import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'

/** What the token says: the session's name, and for whom and until when the token was made. */
type Claims = { jti: string; iss: string; aud: string; exp: number }

declare module 'fastify' {
  interface FastifyInstance {
    tokens: {
      issuer: string
      /** Claims of tokens whose signature was found good: judging it takes longer than the row. */
      judged: Map<string, Claims>
    }
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    namespaces: 'current' | 'previous'
    payload: Claims
  }
}

const AUDIENCE = 'portal'
const SECRET_LENGTH_MIN = 32
const JUDGED_MAX = 2_000

/** Makes the tokens that name sessions in cookies. `issuer` is the address of the portal. */
export async function installTokens(
  app: FastifyInstance,
  secret: string,
  issuer: string,
): Promise<void> {
  app.decorate('tokens', { issuer, judged: new Map() })
  const [current, previous] = tokenKeys(secret)
  await app.register(fastifyJwt, jwtOptions('current', current, issuer))
  await app.register(fastifyJwt, jwtOptions('previous', previous ?? current, issuer))
}

/** The token of a session that ends at that instant, at the latest. */
export function writeToken(app: FastifyInstance, sessionId: string, endsAt: Date): string {
  const exp = Math.floor(endsAt.getTime() / 1_000)
  return app.jwt.current.sign({ jti: sessionId, iss: app.tokens.issuer, aud: AUDIENCE, exp })
}

/**
 * `SESSION_SECRET` may hold two secrets with a comma between: the first signs, both are accepted,
 * so that changing it signs nobody out.
 */
function tokenKeys(secret: string): [current: Buffer, previous: Buffer | undefined] {
  const [first = '', second = '', ...more] = secret.split(',')
  const two = more.length === 0 && Math.min(first.length, second.length) >= SECRET_LENGTH_MIN
  const derive = (text: string) =>
    Buffer.from(crypto.hkdfSync('sha256', text, 'portal', 'session-token', 32))
  return two ? [derive(first), derive(second)] : [derive(secret), undefined]
}

/** What @fastify/jwt leaves open by default, closed; the clock is for who reads the claims. */
function jwtOptions(
  namespace: 'current' | 'previous',
  secret: Buffer,
  issuer: string,
): FastifyJWTOptions {
  return {
    namespace,
    secret,
    sign: { algorithm: 'HS256', noTimestamp: true },
    verify: {
      algorithms: ['HS256'],
      allowedIss: issuer,
      allowedAud: AUDIENCE,
      requiredClaims: ['jti', 'iss', 'aud', 'exp'],
      ignoreExpiration: true,
      cache: false,
    },
  }
}

/** Claims of a token that one of our keys signed; null for every other text. */
export function readToken(app: FastifyInstance, token: string): Claims | null {
  const { judged } = app.tokens
  const known = judged.get(token)
  if (known) return known
  const claims = judge(app, token)
  if (claims) {
    if (judged.size >= JUDGED_MAX) judged.clear()
    judged.set(token, claims)
  }
  return claims
}

function judge(app: FastifyInstance, token: string): Claims | null {
  for (const namespace of ['current', 'previous'] as const) {
    try {
      const claims = app.jwt[namespace].verify<Claims>(token)
      const sound = typeof claims.jti === 'string' && Number.isInteger(claims.exp)
      return sound ? claims : null
    } catch {
      // Forged, foreign or of another age: whoever sends it is simply not signed in.
    }
  }
  return null
}
