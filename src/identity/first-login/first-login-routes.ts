import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Tx } from '../../db/transaction.ts'
import { equivalentTaxIds } from '../../values/tax-id.ts'
import type { Area } from '../../web/area.ts'
import { SignInRequired } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { codeOnScreen } from '../codes/code-on-screen.ts'
import type { Login } from '../login-store.ts'
import { CODE_RESENT, codeSentence, FIRST_DONE, PASSWORD_SAVED, waitSentence } from '../messages.ts'
import { passwordForm } from '../passwords/password-form.ts'
import { isStaffRole, LANDING } from '../person.ts'
import { choosePassword } from '../recovery/choose-password.ts'
import { inEvenTime } from '../same-time.ts'
import { enterBrowser, standingOf, takeSession, visitOf } from '../session-guard.ts'
import { openSession } from '../sessions/open-session.ts'
import type { Session } from '../sessions/session.ts'
import { limitSource } from '../throttles/source-guard.ts'
import { codePage, firstLoginPage, messagePage, newPasswordPage } from '../views.ts'
import { completeFirstLogin } from './complete-first-login.ts'
import { journeyOf } from './journey.ts'
import { registerFirstLogin } from './register-first-login.ts'
import { resendCode } from './resend-code.ts'

const Chosen = Type.Object({
  nueva: Type.String({ maxLength: 1_000, default: '' }),
  correo: Type.String({ maxLength: 1_000, default: '' }),
  codigo: Type.String({ maxLength: 200, default: '' }),
})

const Code = Type.Object({ codigo: Type.String({ maxLength: 200, default: '' }) })

/** The way to the first full session: /primer-ingreso, /codigo, /codigo/reenviar. */
export const firstLoginRoutes: Area = async (app) => {
  const { db, tools, now } = app.identity

  app.get('/primer-ingreso', async (request, reply) => {
    const session = await limitedSession(request)
    if (session.scope === 'recovery') return showNewPassword(reply, {}, null)
    return showForm(reply, session, { correo: null, problems: {}, attempt: null })
  })

  app.post(
    '/primer-ingreso',
    { schema: { body: Chosen }, preHandler: limitSource('register') },
    async (request, reply) => {
      const session = await limitedSession(request)
      const { nueva, correo, codigo } = request.body
      if (session.scope === 'recovery') return takeNewPassword(request, reply, session, nueva)
      const entered = { password: nueva, email: correo, code: codigo }
      const result = await inEvenTime(() => registerFirstLogin(db, tools, session, entered, now()))
      if (result.ok) return reply.redirect('/codigo', 303)
      if (result.refusal === 'closed') return showClosed(reply)
      const { problems } = result
      return showForm(reply, session, { correo, problems, attempt: nueva }, 422)
    },
  )

  app.get('/codigo', async (request, reply) => {
    const session = await limitedSession(request)
    return showCode(reply, session, null)
  })

  app.post(
    '/codigo',
    { schema: { body: Code }, preHandler: limitSource('register') },
    async (request, reply) => {
      const session = await limitedSession(request)
      return confirm(request, reply, session, request.body.codigo)
    },
  )

  app.post('/codigo/reenviar', { preHandler: limitSource('register') }, async (request, reply) => {
    const session = await limitedSession(request)
    if (session.scope !== 'first-login') return reply.redirect('/primer-ingreso', 303)
    const page = journeyOf(tools.keys.seal, session).chosen ? '/codigo' : '/primer-ingreso'
    const result = await inEvenTime(() => resendCode(db, tools, session, now()))
    if (result.ok) return reply.notice(CODE_RESENT).redirect(page, 303)
    if (result.refusal === 'too-many') return showClosed(reply)
    return reply.notice(waitSentence(result.seconds), 'espera').redirect(page, 303)
  })
}

/** The session of somebody on the way; anybody else goes to the sign-in page. */
async function limitedSession(request: FastifyRequest): Promise<Session> {
  const standing = await standingOf(request)
  if (standing.state === 'open' && isOnTheWay(standing.session)) return standing.session
  throw new SignInRequired({ expired: standing.state === 'lapsed' })
}

/** Somebody of the bank who came with a mailed password has a way of their own. */
function isOnTheWay({ scope, login }: Session): boolean {
  if (scope === 'first-login') return true
  return scope === 'recovery' && login !== null && !isStaffRole(login.role)
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  typed: string,
): Promise<FastifyReply> {
  const { db, tools, now } = request.server.identity
  const visit = visitOf(request, session.id)
  const result = await inEvenTime(() => completeFirstLogin(db, tools, session, typed, visit, now()))
  if (result.ok) {
    enterBrowser(reply, result)
    return reply.notice(FIRST_DONE).redirect(session.returnTo ?? LANDING, 303)
  }
  if (result.refusal === 'closed') return showClosed(reply)
  return showCode(reply, session, codeSentence(result))
}

async function showForm(
  reply: FastifyReply,
  session: Session,
  shown: { correo: string | null; problems: Problems; attempt: string | null },
  status = 200,
): Promise<FastifyReply> {
  const { db, policy, tools, now } = reply.server.identity
  const journey = journeyOf(tools.keys.seal, session)
  const numbers = equivalentTaxIds(session.subject)
  const correo = shown.correo ?? journey.chosen?.email ?? ''
  const { problems, attempt } = shown
  const data = {
    ...passwordForm(policy.password, problems, attempt, { numbers, email: correo }),
    correo,
    proven: journey.proven,
    code: await codeOnScreen(db, policy.code, session.id, 'first-login:contact', now()),
    codeAlways: policy.firstLogin.proof === 'always',
  }
  return reply.page(firstLoginPage, data, { title: 'Crea tu acceso', layout: 'access', status })
}

async function showCode(
  reply: FastifyReply,
  session: Session,
  problem: string | null,
): Promise<FastifyReply> {
  const { db, policy, tools, now } = reply.server.identity
  const { chosen } = journeyOf(tools.keys.seal, session)
  if (!chosen) return reply.redirect('/primer-ingreso', 303)
  const data = {
    email: chosen.email,
    length: policy.code.length,
    problem,
    code: await codeOnScreen(db, policy.code, session.id, 'first-login:email', now()),
  }
  const status = problem ? 422 : 200
  return reply.page(codePage, data, { title: 'Confirma tu correo', layout: 'access', status })
}

/** The limited session is over; nothing was done, and it says so to everybody alike. */
function showClosed(reply: FastifyReply): FastifyReply {
  takeSession(reply)
  const data = {
    icon: 'candado',
    title: 'Cerramos este ingreso por tu seguridad',
    text: 'Hubo demasiados intentos o el ingreso ya se completó en otro lugar. No se hizo ningún cambio aquí. Puedes volver a empezar cuando quieras.',
    action: { href: '/ingresar', text: 'Volver a ingresar' },
  }
  return reply.page(messagePage, data, { title: 'Ingreso cerrado', layout: 'access', status: 422 })
}

/** The page of a first login for somebody who came with a mailed password: only a new password. */
function showNewPassword(
  reply: FastifyReply,
  problems: Problems,
  attempt: string | null,
): FastifyReply {
  const form = passwordForm(reply.server.identity.policy.password, problems, attempt)
  const data = { ...form, action: '/primer-ingreso', next: null }
  const status = attempt === null ? 200 : 422
  return reply.page(newPasswordPage, data, {
    title: 'Crea tu nueva contraseña',
    layout: 'access',
    status,
  })
}

async function takeNewPassword(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  password: string,
): Promise<FastifyReply> {
  const { db, tools, now } = request.server.identity
  const visit = visitOf(request, session.id)
  const enter = (tx: Tx, { id, partyId }: Login) =>
    openSession(tx, tools, { id, partyId, subject: session.subject }, visit, now())
  const chosen = await choosePassword(db, tools, session, password, enter, now())
  if (!chosen.ok && chosen.problem === null) throw new SignInRequired()
  if (!chosen.ok) return showNewPassword(reply, { nueva: chosen.problem ?? '' }, password)
  enterBrowser(reply, chosen.opened, chosen.login.theme)
  return reply.notice(PASSWORD_SAVED).redirect(session.returnTo ?? LANDING, 303)
}
