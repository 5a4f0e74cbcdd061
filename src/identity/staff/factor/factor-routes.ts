import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../../web/area.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import { findLogin } from '../../login-store.ts'
import { STAFF_SIGN_IN } from '../../person.ts'
import { inEvenTime } from '../../same-time.ts'
import { enterBrowser, takeSession, visitOf } from '../../session-guard.ts'
import type { Session } from '../../sessions/session.ts'
import { limitSource } from '../../throttles/source-guard.ts'
import { APP_CODE_WRONG, factorSentence, lockedSentence } from '../messages.ts'
import { staffPath } from '../sign-in/staff-path.ts'
import { limitedStaffSession, siteOf } from '../staff-guard.ts'
import { enrolPage, factorPage } from '../views.ts'
import { challengePasskey } from './challenge-passkey.ts'
import type { PendingApp } from './enrol-app.ts'
import { enrolApp, pendingApp } from './enrol-app.ts'
import { passkeysOf } from './passkey-store.ts'
import type { FactorTry } from './prove-factor.ts'
import { enterWithCode, enterWithPasskey } from './prove-factor.ts'
import { showApp } from './show-app.ts'

const Code = Type.Object({ codigo: Type.String({ maxLength: 200, default: '' }) })
const Signed = Type.Object({ respuesta: Type.String({ maxLength: 12_000, default: '' }) })

const ENROL = '/interno/segundo-factor'
const PROVE = '/interno/codigo'
const limited = limitSource('staffSignIn')

/** The second half of the way in for staff: a code or a passkey, or the registering of an app. */
export const factorRoutes: Area = async (app) => {
  enrolRoutes(app)
  proveRoutes(app)
}

function enrolRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(ENROL, async (request, reply) => {
    const session = await limitedStaffSession(request, 'second-factor')
    const pending = await pendingOf(request, session)
    return pending ? showEnrol(reply, pending, null) : reply.redirect(PROVE, 303)
  })

  app.post(ENROL, { schema: { body: Code }, preHandler: limited }, async (request, reply) => {
    const session = await limitedStaffSession(request, 'second-factor')
    const pending = await pendingOf(request, session)
    if (!pending) return reply.redirect(PROVE, 303)
    const visit = visitOf(request, session.id)
    const enrolled = await enrolApp(db, tools, session, request.body.codigo, visit, now())
    if (!enrolled.ok && enrolled.refusal === 'over') throw new SignInRequired()
    if (!enrolled.ok) return showEnrol(reply, pending, APP_CODE_WRONG)
    enterBrowser(reply, enrolled, enrolled.theme)
    return reply.redirect('/interno/perfil/respaldo', 303)
  })
}

function proveRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(PROVE, async (request, reply) => {
    const session = await limitedStaffSession(request, 'second-factor')
    if (await pendingOf(request, session)) return reply.redirect(ENROL, 303)
    return showProve(request, reply, session, null)
  })

  app.post(PROVE, { schema: { body: Code }, preHandler: limited }, async (request, reply) => {
    const session = await limitedStaffSession(request, 'second-factor')
    if (await pendingOf(request, session)) return reply.redirect(ENROL, 303)
    const { codigo } = request.body
    const visit = visitOf(request, session.id)
    const tried = await inEvenTime(() => enterWithCode(db, tools, session, codigo, visit, now()))
    return answer(request, reply, session, tried)
  })

  app.post(`${PROVE}/llave/opciones`, { preHandler: limited }, async (request, reply) => {
    const session = await limitedStaffSession(request, 'second-factor')
    const site = siteOf(request)
    const options = site && (await challengePasskey(db, tools, session, site))
    if (!options) throw new NotFound()
    return reply.type('application/json').send(JSON.stringify(options))
  })

  app.post(
    `${PROVE}/llave`,
    { schema: { body: Signed }, preHandler: limited },
    async (request, reply) => {
      const session = await limitedStaffSession(request, 'second-factor')
      const site = siteOf(request)
      if (!site || (await pendingOf(request, session))) return reply.redirect(PROVE, 303)
      const signed = { site, answer: request.body.respuesta }
      const visit = visitOf(request, session.id)
      const tried = await enterWithPasskey(db, tools, session, signed, visit, now())
      return answer(request, reply, session, tried)
    },
  )
}

async function pendingOf(request: FastifyRequest, session: Session): Promise<PendingApp | null> {
  const { db, tools } = request.server.identity
  const login = session.login && (await findLogin(db, session.login.id))
  return login && pendingApp(tools, session, login.username)
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  tried: FactorTry,
): Promise<FastifyReply> {
  if (tried.ok) {
    enterBrowser(reply, tried, tried.theme)
    return reply.redirect(staffPath(session.returnTo), 303)
  }
  if (tried.refusal === 'wrong') return showProve(request, reply, session, factorSentence(tried))
  if (tried.refusal === 'over') throw new SignInRequired()
  takeSession(reply)
  const { failuresMax } = reply.server.identity.policy.login
  return reply.notice(lockedSentence(failuresMax), 'mal').redirect(STAFF_SIGN_IN, 303)
}

function showEnrol(reply: FastifyReply, pending: PendingApp, problem: string | null): FastifyReply {
  const status = problem === null ? 200 : 422
  const title = 'Registra tu segundo factor'
  return reply.page(enrolPage, showApp(pending, problem), { title, layout: 'access', status })
}

async function showProve(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  problem: string | null,
): Promise<FastifyReply> {
  const { db } = request.server.identity
  const keys = session.login ? await passkeysOf(db, session.login.id) : []
  const data = { problem, passkey: keys.length > 0 && siteOf(request) !== null }
  const status = problem === null ? 200 : 422
  const title = 'Confirma que eres tú'
  return reply.page(factorPage, data, { title, layout: 'access', status })
}
