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
import { idleMinutesOf, personOf, stateOf, wantsTouch } from './sessions/session.ts'
import { endSession, findSession, touchSession } from './sessions/session-store.ts'
import { installTokens, readToken, writeToken } from './token-guard.ts'
import type { IdentityNeeds, Tools, Visit } from './tools.ts'
import { toolsOf } from './tools.ts'

type Identity = IdentityNeeds & {
  tools: Tools
  cookies: Cookies
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A page asks by itself, with nobody at it: no use of the session. */
    watches?: true
  }
  interface FastifyInstance {
    identity: Identity
  }
  interface FastifyRequest {
    /** Who is signed in; null until the guard of the area has run. */
    person: Person | null
  }
}

const SESSION_COOKIE = 'sesion'
const DEVICE_COOKIE = 'dev'
const DEVICE_SECONDS = 180 * 24 * 3600

/** Makes sessions known to the application. Once, after the ground of web/ and before any area. */
export async function installIdentity(app: FastifyInstance, needs: IdentityNeeds): Promise<void> {
  const { config } = needs
  const tools = toolsOf(needs)
  const cookies = cookiesFor(new URL(config.publicUrl))
  app.decorate('identity', { ...needs, tools, cookies })
  app.decorateRequest('person', null)
  await installTokens(app, config.sessionSecret, config.publicUrl)
}

/** Who is behind a request: a session that stands, one that has just run out, or nobody. */
type Standing = { state: 'open'; session: Session } | { state: 'lapsed' | 'none' }

/** Reads the cookie and the row it names. The row decides: a token outlives no sign-out. */
export async function standingOf(request: FastifyRequest): Promise<Standing> {
  const { db, policy, now, cookies } = request.server.identity
  const token = request.cookies[cookies.name(SESSION_COOKIE)]
  const claims = token ? readToken(request.server, token) : null
  if (!claims) return { state: 'none' }
  const time = now()
  if (claims.exp * 1000 <= time.getTime()) return { state: 'lapsed' }
  const session = await findSession(db, claims.jti)
  if (!session) return { state: 'none' }
  const state = stateOf(session, idleMinutesOf(policy, session.login?.role), time)
  if (state === 'lapsed') await endLapsed(db, session, time)
  if (state !== 'open') return { state: state === 'lapsed' ? 'lapsed' : 'none' }
  const { watches = false } = request.routeOptions.config
  if (!watches && wantsTouch(session, time)) touchBeside(request, session, time)
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
 * Lets in a customer or an accountant who was looked up: sets `request.person` and `request.visitor`,
 * or sends the browser to the sign-in page, from where it comes back. Limited sessions do not pass.
 */
export function admitPublic(request: FastifyRequest, standing: Standing): void {
  const person = standing.state === 'open' ? personOf(standing.session) : null
  const customer = person?.role === 'customer' && person.partyId !== null
  if (!person || (!customer && person.role !== 'accountant')) {
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

/** Who is signed in, behind a guard. */
export function whoIs({ person }: FastifyRequest): Person {
  if (!person) throw new NotFound()
  return person
}

/** The customer whose pages these are; for an accountant they are not there. */
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
  const { cookies, policy, now } = reply.server.identity
  const endsAt = new Date(now().getTime() + policy.session.absoluteHours * 3_600_000)
  const token = writeToken(reply.server, sessionId, endsAt)
  reply.setCookie(cookies.name(SESSION_COOKIE), token, { ...cookies.options, sameSite: 'lax' })
}

export function takeSession(reply: FastifyReply): void {
  const { cookies } = reply.server.identity
  reply.clearCookie(cookies.name(SESSION_COOKIE), { ...cookies.options, sameSite: 'lax' })
}

/** Sends away somebody whose session just ended for too many wrong passwords or codes. */
export function leave(reply: FastifyReply): never {
  takeSession(reply)
  throw new SignInRequired()
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
