import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../../web/area.ts'
import { SignInRequired, TooManyRequests } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import { PASSWORD_SAVED } from '../../messages.ts'
import { passwordForm } from '../../passwords/password-form.ts'
import { isStaffRole } from '../../person.ts'
import { choosePassword } from '../../recovery/choose-password.ts'
import { inEvenTime } from '../../same-time.ts'
import { giveSession, standingOf, visitOf } from '../../session-guard.ts'
import { personOf } from '../../sessions/session.ts'
import type { SignInForm, Typed } from '../../sign-in/sign-in-form.ts'
import {
  Arrival,
  arrivalForm,
  Credentials,
  EMPTY_CREDENTIALS,
  signInData,
} from '../../sign-in/sign-in-form.ts'
import { limitSource } from '../../throttles/source-guard.ts'
import { newPasswordPage } from '../../views.ts'
import { staffSignInSentence } from '../messages.ts'
import { limitedStaffSession } from '../staff-guard.ts'
import { readStaffName } from '../staff-name.ts'
import { staffSignInPage } from '../views.ts'
import { staffPath } from './staff-path.ts'
import type { StaffSignIn } from './staff-sign-in.ts'
import { openHalfWay, signInStaff } from './staff-sign-in.ts'

const NewPassword = Type.Object({ nueva: Type.String({ maxLength: 1_000, default: '' }) })

const SECOND_HALF = '/interno/codigo'

/** The first half of the way in for staff: /interno/ingresar, and /interno/contrasena after a mail. */
export const staffSignInRoutes: Area = async (app) => {
  app.get('/interno/ingresar', { schema: { querystring: Arrival } }, async (request, reply) => {
    const standing = await standingOf(request)
    const person = standing.state === 'open' ? personOf(standing.session) : null
    if (person && isStaffRole(person.role))
      return reply.redirect(staffPath(request.query.volver ?? null), 303)
    return showStaffSignIn(reply, arrivalForm(request.query))
  })

  app.post(
    '/interno/ingresar',
    { schema: { body: Credentials }, preHandler: limitSource('staffSignIn') },
    async (request, reply) => enter(request, reply, request.body),
  )

  passwordRoutes(app)
}

function passwordRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get('/interno/contrasena', async (request, reply) => {
    await limitedStaffSession(request, 'recovery')
    return showPassword(reply, {}, null)
  })

  app.post('/interno/contrasena', { schema: { body: NewPassword } }, async (request, reply) => {
    const session = await limitedStaffSession(request, 'recovery')
    const { nueva } = request.body
    const visit = visitOf(request, session.id)
    const chosen = await choosePassword(
      db,
      tools,
      session,
      nueva,
      (tx, login) => openHalfWay(tx, tools, login, session.returnTo, visit, now()),
      now(),
    )
    if (!chosen.ok && chosen.problem === null) throw new SignInRequired()
    if (!chosen.ok) return showPassword(reply, { nueva: chosen.problem ?? '' }, nueva)
    giveSession(reply, chosen.opened)
    return reply.notice(PASSWORD_SAVED).redirect(SECOND_HALF, 303)
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
    return showStaffSignIn(reply, { ...form, problem: EMPTY_CREDENTIALS })
  }
  const standing = await standingOf(request)
  const visit = visitOf(request, standing.state === 'open' ? standing.session.id : null)
  // What is no user name at all is counted and answered like a name that nobody has.
  const username = readStaffName(usuario) ?? `?${usuario.slice(0, 100)}`
  const attempt = { password: contrasena, returnTo: staffPath(volver), visit }
  const result = await inEvenTime(() => signInStaff(db, tools, username, attempt, now()))
  return answer(reply, result, form)
}

function answer(
  reply: FastifyReply,
  result: StaffSignIn,
  form: Omit<SignInForm, 'problem'>,
): FastifyReply {
  const { failuresMax } = reply.server.identity.policy.login
  switch (result.outcome) {
    case 'half-way':
      giveSession(reply, result.sessionId)
      return reply.redirect(SECOND_HALF, 303)
    case 'recovery':
      giveSession(reply, result.sessionId)
      return reply.redirect('/interno/contrasena', 303)
    case 'too-many':
      throw new TooManyRequests(result.retryAfterSeconds)
    case 'refused':
      return showStaffSignIn(reply, { ...form, problem: staffSignInSentence(result, failuresMax) })
  }
}

function showStaffSignIn(reply: FastifyReply, form: SignInForm): FastifyReply {
  const data = signInData(form, reply.server.identity.config.publicUrl)
  const status = form.problem === null ? 200 : 422
  return reply.page(staffSignInPage, data, { title: 'Ingresar', layout: 'access', status })
}

function showPassword(
  reply: FastifyReply,
  problems: Problems,
  attempt: string | null,
): FastifyReply {
  const form = passwordForm(reply.server.identity.policy.password, problems, attempt)
  const next = 'Sigue tu segundo factor: ten a la mano tu teléfono.'
  const data = { ...form, action: '/interno/contrasena', next }
  const status = attempt === null ? 200 : 422
  const title = 'Crea tu nueva contraseña'
  return reply.page(newPasswordPage, data, { title, layout: 'access', status })
}
