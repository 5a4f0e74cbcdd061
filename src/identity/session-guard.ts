import crypto from 'node:crypto'
import type { FastifyJWTOptions } from '@fastify/jwt'
import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Db } from '../db/open.ts'
import { ifWritable } from '../db/write-state.ts'
import { NotFound, SignInRequired } from '../web/errors/errors.ts'
import type { Theme } from '../web/pages/theme.ts'
import { keepTheme } from '../web/pages/theme.ts'
import type { Cookies } from '../web/safety/cookies.ts'
import { cookiesFor } from '../web/safety/cookies.ts'
import type { Customer, Person } from './person.ts'
import { visitorOf } from './person.ts'
import type { OpenedSession } from './sessions/open-session.ts'
import type { Session } from './sessions/session.ts'
import { idleMinutesOf, stateOf, wantsTouch } from './sessions/session.ts'
import { endSession, findSession, touchSession } from './sessions/session-store.ts'
import type { IdentityNeeds, Tools, Visit } from './tools.ts'
import { toolsOf } from './tools.ts'

/** What the token says: the session's name, and for whom and until when the token was made. */
type Claims = { jti: string; iss: string; aud: string; exp: number }

type Identity = IdentityNeeds & {
  tools: Tools
  cookies: Cookies
  /** Claims of tokens whose signature was found good before: judging it takes longer than the row. */
  judged: Map<string, Claims>
}

declare module 'fastify' {
  interface FastifyInstance {
    identity: Identity
  }
  interface FastifyRequest {
    /** Who is signed in; null until `requireCustomer` has run. */
    person: Person | null
  }
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    namespaces: 'current' | 'previous'
    payload: Claims
  }
}

const SESSION_COOKIE = 'sesion'
const DEVICE_COOKIE = 'dev'
const DEVICE_SECONDS = 180 * 24 * 3600
const AUDIENCE = 'portal'
const SECRET_LENGTH_MIN = 32
const JUDGED_MAX = 2_000

/** Makes sessions known to the application. Once, after the ground of web/ and before any area. */
export async function installIdentity(app: FastifyInstance, needs: IdentityNeeds): Promise<void> {
  const { config } = needs
  const tools = toolsOf(needs)
  const cookies = cookiesFor(new URL(config.publicUrl))
  app.decorate('identity', { ...needs, tools, cookies, judged: new Map() })
  app.decorateRequest('person', null)
  const [current, previous] = tokenKeys(config.sessionSecret)
  await app.register(fastifyJwt, jwtOptions('current', current, config.publicUrl))
  await app.register(fastifyJwt, jwtOptions('previous', previous ?? current, config.publicUrl))
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

/** Everything that @fastify/jwt leaves open by default, closed. The clock is ours: see `claimsOf`. */
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
function claimsOf(app: FastifyInstance, token: string): Claims | null {
  const { judged } = app.identity
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

/** Who is behind a request: a session that stands, one that has just run out, or nobody. */
type Standing = { state: 'open'; session: Session } | { state: 'lapsed' | 'none' }

/** Reads the cookie and the row it names. The row decides: a token outlives no sign-out. */
export async function standingOf(request: FastifyRequest): Promise<Standing> {
  const { db, policy, now, cookies } = request.server.identity
  const token = request.cookies[cookies.name(SESSION_COOKIE)]
  const claims = token ? claimsOf(request.server, token) : null
  if (!claims) return { state: 'none' }
  const time = now()
  if (claims.exp * 1000 <= time.getTime()) return { state: 'lapsed' }
  const session = await findSession(db, claims.jti)
  if (!session) return { state: 'none' }
  const state = stateOf(session, idleMinutesOf(policy, session.login?.role), time)
  if (state === 'lapsed') await endLapsed(db, session, time)
  if (state !== 'open') return { state: state === 'lapsed' ? 'lapsed' : 'none' }
  if (wantsTouch(session, time)) touchBeside(request, session, time)
  return { state, session }
}

/** Notes the use beside the page, which must not wait for whoever is writing just now. */
function touchBeside(request: FastifyRequest, { id }: Session, now: Date): void {
  touchSession(request.server.identity.db, id, now).catch((error: unknown) =>
    request.log.warn({ err: error }, 'session not touched'),
  )
}

/** Once run out, for good: a clock that is set back must not bring it to life again. */
async function endLapsed(db: Db, session: Session, now: Date): Promise<void> {
  if (session.endedAt === null) await ifWritable(() => endSession(db, session.id, now))
}

/**
 * Guard of everything a customer has: sets `request.person` and `request.visitor`, or sends the
 * browser to the sign-in page, from where it comes back. Limited sessions do not pass.
 */
export async function requireCustomer(request: FastifyRequest): Promise<void> {
  const standing = await standingOf(request)
  const person = standing.state === 'open' ? personOf(standing.session) : null
  if (person?.role !== 'customer' || person.partyId === null) {
    throw new SignInRequired({ expired: standing.state === 'lapsed' })
  }
  request.person = person
  request.visitor = visitorOf(person, request.server.identity.policy.session.idleMinutes)
}

/**
 * The same guard again once the body of a form is there: it may take its time to arrive, and whoever
 * sends it may have been shut out meanwhile.
 */
export function afterBody(guard: (request: FastifyRequest) => Promise<void>) {
  return async (request: FastifyRequest): Promise<void> => {
    if (request.method === 'POST') await guard(request)
  }
}

/** The person of a full session; a limited one has none. */
export function personOf(session: Session): Person | null {
  const { scope, login, id, deviceId } = session
  if (scope !== 'full' || !login) return null
  return {
    loginId: login.id,
    partyId: login.partyId,
    displayName: login.displayName,
    role: login.role,
    sessionId: id,
    deviceId,
    theme: login.theme,
    shortcuts: login.shortcuts,
  }
}

/** The signed-in customer, behind `requireCustomer`. */
export function customerOf(request: FastifyRequest): Customer {
  const { person } = request
  if (!person || person.partyId === null) throw new NotFound()
  return { ...person, partyId: person.partyId }
}

/** What a story is told of the browser that asks. */
export function visitOf(request: FastifyRequest, formerSessionId: string | null): Visit {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    deviceToken: request.cookies[request.server.identity.cookies.name(DEVICE_COOKIE)] ?? null,
    formerSessionId,
  }
}

/**
 * Hands the browser its session. SameSite=Lax, not Strict: a link in a mail must find the person
 * signed in, and no GET of this portal changes anything (writes prove their origin themselves).
 */
export function giveSession(reply: FastifyReply, sessionId: string): void {
  const { cookies, config, policy, now } = reply.server.identity
  const exp = Math.floor(now().getTime() / 1000) + policy.session.absoluteHours * 3600
  const claims = { jti: sessionId, iss: config.publicUrl, aud: AUDIENCE, exp }
  const token = reply.server.jwt.current.sign(claims)
  reply.setCookie(cookies.name(SESSION_COOKIE), token, { ...cookies.options, sameSite: 'lax' })
}

export function takeSession(reply: FastifyReply): void {
  const { cookies } = reply.server.identity
  reply.clearCookie(cookies.name(SESSION_COOKIE), { ...cookies.options, sameSite: 'lax' })
}

/** All that the browser of somebody who was let in gets; without `theme` it keeps its own. */
export function enterBrowser(
  reply: FastifyReply,
  { sessionId, newDeviceToken }: OpenedSession,
  theme?: Theme,
): void {
  giveSession(reply, sessionId)
  if (theme) giveTheme(reply, theme)
  if (!newDeviceToken) return
  // The mark by which this browser is known at the next sign-in.
  const { cookies } = reply.server.identity
  const options = { ...cookies.options, maxAge: DEVICE_SECONDS }
  reply.setCookie(cookies.name(DEVICE_COOKIE), newDeviceToken, options)
}

/** The theme is a cookie as well, so that the sign-in page has it too. */
export function giveTheme(reply: FastifyReply, theme: Theme): void {
  keepTheme(reply, theme, reply.server.identity.cookies.secure)
}
