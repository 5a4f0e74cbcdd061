import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../../web/area.ts'
import { NotFound, SignInRequired } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import { findLogin } from '../../login-store.ts'
import { STAFF_LANDING } from '../../person.ts'
import { takeSession, visitOf } from '../../session-guard.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { PendingApp } from '../factor/enrol-app.ts'
import { pendingApp } from '../factor/enrol-app.ts'
import { countRecoveryCodes } from '../factor/recovery-code-store.ts'
import { showApp } from '../factor/show-app.ts'
import { APP_CODE_WRONG } from '../messages.ts'
import { requireRight, siteOf, staffOf } from '../staff-guard.ts'
import { changeAppPage, codesPage, startAppPage } from '../views.ts'
import {
  codesAreKept,
  codesToKeep,
  finishAppChange,
  renewRecoveryCodes,
  startAppChange,
} from './change-app.ts'
import { dropPasskey, keepPasskey, offerPasskey } from './passkeys.ts'

const Password = Type.Object({ contrasena: Type.String({ maxLength: 1_000, default: '' }) })
const Code = Type.Object({ codigo: Type.String({ maxLength: 200, default: '' }) })
const NewKey = Type.Object({
  nombre: Type.String({ maxLength: 200, default: '' }),
  respuesta: Type.String({ maxLength: 12_000, default: '' }),
})
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const PROFILE = '/interno/perfil'
const APP = `${PROFILE}/segundo-factor`
const NEW_APP = `${APP}/nuevo`
const CODES = `${PROFILE}/respaldo`
const KEYS = `${PROFILE}/llaves`
const own = { onRequest: requireRight('profile.keep') }

/** The second factor of somebody of the bank: the app, the ten codes, the passkeys. */
export const ownFactorRoutes: Area = async (app) => {
  appRoutes(app)
  codeRoutes(app)
  passkeyRoutes(app)
}

function appRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(APP, own, async (_request, reply) => showStart(reply, {}))

  app.post(APP, { ...own, schema: { body: Password } }, async (request, reply) => {
    const { contrasena } = request.body
    const asked = await startAppChange(db, tools, staffOf(request), contrasena, now())
    if (asked.ok) return reply.redirect(NEW_APP, 303)
    return asked.problems === null ? leave(reply) : showStart(reply, asked.problems)
  })

  app.get(NEW_APP, own, async (request, reply) => {
    const pending = await pendingOf(request)
    return pending ? showNewApp(reply, pending, null) : reply.redirect(APP, 303)
  })

  app.post(NEW_APP, { ...own, schema: { body: Code } }, async (request, reply) => {
    const pending = await pendingOf(request)
    if (!pending) return reply.redirect(APP, 303)
    const visit = visitOf(request, null)
    const { codigo } = request.body
    const done = await finishAppChange(db, tools, staffOf(request), codigo, visit, now())
    if (done.ok) return reply.notice('Guardamos tu nueva aplicación.').redirect(PROFILE, 303)
    return done.refusal === 'over'
      ? reply.redirect(APP, 303)
      : showNewApp(reply, pending, APP_CODE_WRONG)
  })
}

function codeRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(CODES, own, async (request, reply) => showCodes(request, reply, {}))

  app.post(CODES, { ...own, schema: { body: Password } }, async (request, reply) => {
    const visit = visitOf(request, null)
    const { contrasena } = request.body
    const person = staffOf(request)
    const asked = await renewRecoveryCodes(db, tools, person, contrasena, visit, now())
    if (asked.ok) return reply.redirect(CODES, 303)
    return asked.problems === null ? leave(reply) : showCodes(request, reply, asked.problems)
  })

  app.post(`${CODES}/guardado`, own, async (request, reply) => {
    await codesAreKept(db, tools, staffOf(request))
    return reply.redirect(STAFF_LANDING, 303)
  })
}

function passkeyRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.post(`${KEYS}/opciones`, own, async (request, reply) => {
    const person = staffOf(request)
    const site = siteOf(request)
    const login = await findLogin(db, person.loginId)
    if (!site || !login) throw new NotFound()
    const options = await offerPasskey(db, tools, person, login.username, site)
    return reply.type('application/json').send(JSON.stringify(options))
  })

  app.post(KEYS, { ...own, schema: { body: NewKey } }, async (request, reply) => {
    const site = siteOf(request)
    if (!site) throw new NotFound()
    const { nombre, respuesta } = request.body
    const made = { site, name: nombre, answer: respuesta }
    const kept = await keepPasskey(db, tools, staffOf(request), made, visitOf(request, null), now())
    if (kept) return reply.notice('Guardamos tu llave de acceso.').redirect(PROFILE, 303)
    return reply
      .notice('No pudimos guardar esa llave. Vuelve a intentarlo.', 'mal')
      .redirect(PROFILE, 303)
  })

  app.post(
    `${KEYS}/:id/eliminacion`,
    { ...own, schema: { params: ById } },
    async (request, reply) => {
      const { id } = request.params
      const visit = visitOf(request, null)
      if (!(await dropPasskey(db, tools, staffOf(request), id, visit, now()))) throw new NotFound()
      return reply.notice('Quitamos esa llave de acceso.').redirect(PROFILE, 303)
    },
  )
}

/** Too many wrong passwords: the session is over already. */
function leave(reply: FastifyReply): never {
  takeSession(reply)
  throw new SignInRequired()
}

async function pendingOf(request: FastifyRequest): Promise<PendingApp | null> {
  const { db, tools } = request.server.identity
  const { loginId, sessionId } = staffOf(request)
  const [session, login] = await Promise.all([findSession(db, sessionId), findLogin(db, loginId)])
  return session && login && pendingApp(tools, session, login.username)
}

function showStart(reply: FastifyReply, problems: Problems): FastifyReply {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(startAppPage, { problems }, { title: 'Cambiar aplicación', status })
}

function showNewApp(
  reply: FastifyReply,
  pending: PendingApp,
  problem: string | null,
): FastifyReply {
  const status = problem === null ? 200 : 422
  return reply.page(changeAppPage, showApp(pending, problem), {
    title: 'Cambiar aplicación',
    status,
  })
}

async function showCodes(
  request: FastifyRequest,
  reply: FastifyReply,
  problems: Problems,
): Promise<FastifyReply> {
  const { db, tools } = request.server.identity
  const person = staffOf(request)
  const codes = await codesToKeep(db, tools, person)
  const data = { problems, codes, left: await countRecoveryCodes(db, person.loginId) }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(codesPage, data, { title: 'Códigos de respaldo', status })
}
