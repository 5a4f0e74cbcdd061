import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { maskEmail } from '../../values/email-address.ts'
import type { Area } from '../../web/area.ts'
import type { Problems } from '../../web/forms.ts'
import { codeOnScreen } from '../codes/code-on-screen.ts'
import { findLogin } from '../login-store.ts'
import {
  CODE_RESENT,
  codeSentence,
  PASSWORD_SAVED,
  TOO_MANY_CODES,
  waitSentence,
} from '../messages.ts'
import { customerOf, leave, visitOf, whoIs } from '../session-guard.ts'
import { findSession } from '../sessions/session-store.ts'
import { emailCodePage, emailPage, passwordPage } from '../views.ts'
import { askEmailChange, changeEmail, pendingEmail, resendChangeCode } from './change-email.ts'
import { changePassword } from './change-password.ts'
import { ownPasswordForm } from './own-password-form.ts'

const NewPassword = Type.Object({
  actual: Type.String({ maxLength: 1_000, default: '' }),
  nueva: Type.String({ maxLength: 1_000, default: '' }),
})

const NewEmail = Type.Object({
  correo: Type.String({ maxLength: 1_000, default: '' }),
  contrasena: Type.String({ maxLength: 1_000, default: '' }),
})

const Code = Type.Object({ codigo: Type.String({ maxLength: 200, default: '' }) })

const CODE_PAGE = '/perfil/correo/codigo'

/** The two changes that ask for the password again: /perfil/contrasena and /perfil/correo. */
export const profileChangeRoutes: Area = async (app) => {
  const { db, tools, now } = app.identity

  app.get('/perfil/contrasena', async (request, reply) => showPassword(request, reply, {}, null))

  app.post('/perfil/contrasena', { schema: { body: NewPassword } }, async (request, reply) => {
    const { actual, nueva } = request.body
    const person = whoIs(request)
    const visit = visitOf(request, null)
    const entered = { current: actual, next: nueva }
    const changed = await changePassword(db, tools, person, entered, visit, now())
    if (changed.ok) return reply.notice(PASSWORD_SAVED).redirect('/perfil', 303)
    if (changed.problems === null) return leave(reply)
    return showPassword(request, reply, changed.problems, nueva)
  })

  app.get('/perfil/correo', async (request, reply) => showEmail(request, reply, '', {}))

  app.post('/perfil/correo', { schema: { body: NewEmail } }, async (request, reply) => {
    const { correo, contrasena } = request.body
    const entered = { email: correo, password: contrasena }
    const asked = await askEmailChange(db, tools, customerOf(request), entered, now())
    if (asked.ok) return reply.redirect(CODE_PAGE, 303)
    if (asked.problems === null) return leave(reply)
    return showEmail(request, reply, correo, asked.problems)
  })

  app.get(CODE_PAGE, async (request, reply) => showCode(request, reply, null))

  app.post(CODE_PAGE, { schema: { body: Code } }, async (request, reply) => {
    const person = customerOf(request)
    const { codigo } = request.body
    const changed = await changeEmail(db, tools, person, codigo, visitOf(request, null), now())
    if (changed.ok) return reply.notice('Guardamos tu nuevo correo.').redirect('/perfil', 303)
    if (changed.refusal === 'exhausted') return leave(reply)
    return showCode(request, reply, codeSentence(changed))
  })

  app.post(`${CODE_PAGE}/reenviar`, async (request, reply) => {
    const resent = await resendChangeCode(db, tools, customerOf(request), now())
    if (resent.ok) return reply.notice(CODE_RESENT).redirect(CODE_PAGE, 303)
    const sentence = resent.seconds === null ? TOO_MANY_CODES : waitSentence(resent.seconds)
    return reply.notice(sentence, 'espera').redirect(CODE_PAGE, 303)
  })
}

async function showPassword(
  request: FastifyRequest,
  reply: FastifyReply,
  problems: Problems,
  attempt: string | null,
): Promise<FastifyReply> {
  const { db, policy } = request.server.identity
  const form = await ownPasswordForm(db, policy, whoIs(request), problems, attempt)
  const data = { ...form, profile: { href: '/perfil', text: 'Perfil y seguridad' } }
  const status = attempt === null ? 200 : 422
  return reply.page(passwordPage, data, { title: 'Cambiar contraseña', status })
}

async function showEmail(
  request: FastifyRequest,
  reply: FastifyReply,
  correo: string,
  problems: Problems,
): Promise<FastifyReply> {
  const { db } = request.server.identity
  const login = await findLogin(db, customerOf(request).loginId)
  const data = { current: login?.email ? maskEmail(login.email) : null, correo, problems }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(emailPage, data, { title: 'Cambiar correo', status })
}

async function showCode(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: string | null,
): Promise<FastifyReply> {
  const { db, policy, tools, now } = request.server.identity
  const session = await findSession(db, customerOf(request).sessionId)
  const email = session ? pendingEmail(tools, session) : null
  if (!session || !email) return reply.redirect('/perfil/correo', 303)
  const code = await codeOnScreen(db, policy.code, session.id, 'profile:email', now())
  const data = { email, length: policy.code.length, problem, code }
  return reply.page(emailCodePage, data, {
    title: 'Confirma tu correo',
    status: problem ? 422 : 200,
  })
}
