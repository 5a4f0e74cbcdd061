import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../../web/area.ts'
import type { Problems } from '../../../web/forms.ts'
import { findLogin } from '../../login-store.ts'
import { STAFF_LANDING } from '../../person.ts'
import { leave, visitOf } from '../../session-guard.ts'
import { findSession } from '../../sessions/session-store.ts'
import type { PendingApp } from '../factor/enrol-app.ts'
import { pendingApp } from '../factor/enrol-app.ts'
import { countRecoveryCodes } from '../factor/recovery-code-store.ts'
import { showApp } from '../factor/show-app.ts'
import { APP_CODE_WRONG } from '../messages.ts'
import { requireRight, staffOf } from '../staff-guard.ts'
import { changeAppPage, codesPage, startAppPage } from '../views.ts'
import {
  codesAreKept,
  codesToKeep,
  finishAppChange,
  renewRecoveryCodes,
  startAppChange,
} from './change-app.ts'

const Password = Type.Object({ contrasena: Type.String({ maxLength: 1_000, default: '' }) })
const Code = Type.Object({ codigo: Type.String({ maxLength: 200, default: '' }) })

const PROFILE = '/interno/perfil'
const APP = `${PROFILE}/segundo-factor`
const NEW_APP = `${APP}/nuevo`
const CODES = `${PROFILE}/respaldo`
const own = { onRequest: requireRight('profile.keep') }

/** The second factor of somebody of the bank: the app and the ten codes. */
export const ownFactorRoutes: Area = async (app) => {
  appRoutes(app)
  codeRoutes(app)
}

function appRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(APP, own, async (request, reply) => {
    if (await codesToKeep(db, tools, staffOf(request))) return reply.redirect(CODES, 303)
    return showStart(reply, {})
  })

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
