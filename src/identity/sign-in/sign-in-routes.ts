import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Area } from '../../web/area.ts'
import { SignInRequired, TooManyRequests } from '../../web/errors/errors.ts'
import { returnPath } from '../../web/pages/return-path.ts'
import { startFirstLogin } from '../first-login/start-first-login.ts'
import { SIGNED_OUT, signInSentence } from '../messages.ts'
import { isStaffRole, LANDING, STAFF_SIGN_IN } from '../person.ts'
import { inEvenTime } from '../same-time.ts'
import { enterBrowser, giveSession, standingOf, takeSession, visitOf } from '../session-guard.ts'
import { signOut } from '../sessions/end-session.ts'
import { personOf } from '../sessions/session.ts'
import { touchSession } from '../sessions/session-store.ts'
import { countSource, limitSource } from '../throttles/source-guard.ts'
import { isFirstLogin, readUserName } from '../user-name.ts'
import { signInPage } from '../views.ts'
import type { SignIn } from './sign-in.ts'
import { signIn } from './sign-in.ts'
import type { SignInForm, Typed } from './sign-in-form.ts'
import { Arrival, arrivalForm, Credentials, EMPTY_CREDENTIALS, signInData } from './sign-in-form.ts'

/** Signing in and out: /ingresar, /salir, /sesion/seguir. */
export const signInRoutes: Area = async (app) => {
  app.get('/ingresar', { schema: { querystring: Arrival } }, async (request, reply) => {
    const standing = await standingOf(request)
    const person = standing.state === 'open' ? personOf(standing.session) : null
    // Somebody of the bank may be a customer too, and signs in here as one.
    if (person && !isStaffRole(person.role)) {
      return reply.redirect(returnPath(request.query.volver, LANDING), 303)
    }
    return showForm(reply, arrivalForm(request.query))
  })

  app.post(
    '/ingresar',
    { schema: { body: Credentials }, preHandler: limitSource('signIn') },
    async (request, reply) => enter(request, reply, request.body),
  )

  app.post('/salir', async (request, reply) => {
    const { db, tools, now } = app.identity
    const standing = await standingOf(request)
    const session = standing.state === 'open' ? standing.session : null
    const { login = null } = session ?? {}
    if (session) await signOut(db, tools, { id: session.id, loginId: login?.id ?? null }, now())
    takeSession(reply)
    reply.header('clear-site-data', '"cache", "storage"')
    const door = login && isStaffRole(login.role) ? STAFF_SIGN_IN : '/ingresar'
    return reply.notice(SIGNED_OUT).redirect(door, 303)
  })

  app.post('/sesion/seguir', async (request, reply) => {
    const { db, now } = app.identity
    const standing = await standingOf(request)
    if (standing.state !== 'open' || !personOf(standing.session)) {
      throw new SignInRequired({ expired: standing.state === 'lapsed' })
    }
    await touchSession(db, standing.session.id, now())
    return reply.code(204).send()
  })
}

async function enter(
  request: FastifyRequest,
  reply: FastifyReply,
  { usuario, contrasena, volver }: Typed,
): Promise<FastifyReply> {
  const { db, tools, now } = request.server.identity
  const form = { usuario, volver, expired: false }
  if (usuario.trim() === '' || contrasena === '') {
    return showForm(reply, { ...form, problem: EMPTY_CREDENTIALS })
  }
  const standing = await standingOf(request)
  const visit = visitOf(request, standing.state === 'open' ? standing.session.id : null)
  const name = readUserName(usuario)
  const returnTo = volver === '' ? null : returnPath(volver, LANDING)
  if (name && isFirstLogin(name, contrasena)) {
    await countSource(request, 'firstLogin')
    const start = { name, returnTo, visit }
    const sessionId = await inEvenTime(() => startFirstLogin(db, tools, start, now()))
    giveSession(reply, sessionId)
    return reply.redirect('/primer-ingreso', 303)
  }
  // What is no user name at all is counted and answered like a name that nobody has.
  const known = name ?? { identity: usuario.slice(0, 100), numbers: ['-'] }
  const attempt = { name: known, password: contrasena, returnTo, visit }
  const result = await inEvenTime(() => signIn(db, tools, attempt, now()))
  return answer(reply, result, form, returnTo ?? LANDING)
}

function answer(
  reply: FastifyReply,
  result: SignIn,
  form: Omit<SignInForm, 'problem'>,
  landing: string,
): FastifyReply {
  const { failuresMax } = reply.server.identity.policy.login
  switch (result.outcome) {
    case 'signed-in':
      enterBrowser(reply, result, result.theme)
      return reply.redirect(landing, 303)
    case 'recovery':
      giveSession(reply, result.sessionId)
      return reply.redirect('/primer-ingreso', 303)
    case 'too-many':
      throw new TooManyRequests(result.retryAfterSeconds)
    case 'refused':
      return showForm(reply, { ...form, problem: signInSentence(result, failuresMax) })
  }
}

function showForm(reply: FastifyReply, form: SignInForm): FastifyReply {
  const { config, policy } = reply.server.identity
  const data = { ...signInData(form, config.publicUrl), safety: policy.brand.safety }
  const status = form.problem === null ? 200 : 422
  return reply.page(signInPage, data, { title: 'Ingresar', layout: 'access', status })
}
