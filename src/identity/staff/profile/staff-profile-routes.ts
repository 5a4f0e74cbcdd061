import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { maskEmail } from '../../../values/email-address.ts'
import { readableName } from '../../../values/person-name.ts'
import type { App, Area } from '../../../web/area.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import type { Login } from '../../login-store.ts'
import { findLogin } from '../../login-store.ts'
import { PASSWORD_SAVED } from '../../messages.ts'
import { changePassword } from '../../profile/change-password.ts'
import { ownPasswordForm } from '../../profile/own-password-form.ts'
import { leave, visitOf } from '../../session-guard.ts'
import { closeOtherSessions, closeSession } from '../../sessions/end-session.ts'
import { sessionsOnScreen } from '../../sessions/sessions-on-screen.ts'
import { passwordPage } from '../../views.ts'
import { passkeysOf } from '../factor/passkey-store.ts'
import { countRecoveryCodes } from '../factor/recovery-code-store.ts'
import { findSecondFactor } from '../factor/second-factor-store.ts'
import { roleWords } from '../role-words.ts'
import { requireRight, siteOf, staffOf } from '../staff-guard.ts'
import { staffProfilePage } from '../views.ts'

const NewPassword = Type.Object({
  actual: Type.String({ maxLength: 1_000, default: '' }),
  nueva: Type.String({ maxLength: 1_000, default: '' }),
})
const BySession = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{10,64}$' }) })

const PROFILE = '/interno/perfil'
const own = { onRequest: requireRight('profile.keep') }

/** What somebody of the bank keeps of their own: password and sessions. */
export const staffProfileRoutes: Area = async (app) => {
  app.get(PROFILE, own, async (request, reply) => showProfile(request, reply))
  passwordRoutes(app)
  sessionRoutes(app)
}

function passwordRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(`${PROFILE}/contrasena`, own, async (request, reply) =>
    showPassword(request, reply, {}, null),
  )

  app.post(
    `${PROFILE}/contrasena`,
    { ...own, schema: { body: NewPassword } },
    async (request, reply) => {
      const { actual, nueva } = request.body
      const visit = visitOf(request, null)
      const entered = { current: actual, next: nueva }
      const changed = await changePassword(db, tools, staffOf(request), entered, visit, now())
      if (changed.ok) return reply.notice(PASSWORD_SAVED).redirect(PROFILE, 303)
      if (changed.problems !== null) return showPassword(request, reply, changed.problems, nueva)
      return leave(reply)
    },
  )
}

function sessionRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.post(`${PROFILE}/sesiones`, own, async (request, reply) => {
    await closeOtherSessions(db, tools, staffOf(request), now())
    return reply.notice('Cerramos tus otras sesiones.').redirect(PROFILE, 303)
  })

  app.post(
    `${PROFILE}/sesiones/:id`,
    { ...own, schema: { params: BySession } },
    async (request, reply) => {
      const closed = await closeSession(db, tools, staffOf(request), request.params.id, now())
      if (!closed) throw new NotFound()
      return reply.notice('Cerramos esa sesión.').redirect(PROFILE, 303)
    },
  )
}

async function showProfile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { db, policy, now } = request.server.identity
  const person = staffOf(request)
  const { loginId, role } = person
  const login = await loginOf(request)
  const [app, codesLeft, passkeys, sessions] = await Promise.all([
    findSecondFactor(db, loginId),
    countRecoveryCodes(db, loginId),
    passkeysOf(db, loginId),
    sessionsOnScreen(db, policy, person, now()),
  ])
  const data = {
    name: readableName(login.displayName),
    username: login.username,
    role: roleWords(role).name,
    roleAbout: roleWords(role).about,
    email: login.email ? maskEmail(login.email) : '',
    passwordChangedAt: login.passwordChangedAt,
    previousLoginAt: login.previousLoginAt,
    appSince: app?.confirmedAt ?? null,
    codesLeft,
    passkeys,
    passkeysWork: siteOf(request) !== null,
    sessions,
  }
  return reply.page(staffProfilePage, data, { title: 'Tu perfil' })
}

async function loginOf(request: FastifyRequest): Promise<Login> {
  const login = await findLogin(request.server.identity.db, staffOf(request).loginId)
  if (!login) throw new NotFound()
  return login
}

async function showPassword(
  request: FastifyRequest,
  reply: FastifyReply,
  problems: Problems,
  attempt: string | null,
): Promise<FastifyReply> {
  const { db, policy } = request.server.identity
  const form = await ownPasswordForm(db, policy, staffOf(request), problems, attempt)
  const data = { ...form, profile: { href: PROFILE, text: 'Tu perfil' } }
  const status = attempt === null ? 200 : 422
  return reply.page(passwordPage, data, { title: 'Cambiar contraseña', status })
}
