import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { dayOf } from '../../values/day.ts'
import { maskEmail } from '../../values/email-address.ts'
import { maskTaxId } from '../../values/tax-id.ts'
import type { App, Area } from '../../web/area.ts'
import { NotFound } from '../../web/errors/errors.ts'
import type { Login } from '../login-store.ts'
import { findLogin, setAppearance } from '../login-store.ts'
import { numbersOfParty } from '../parties/party-store.ts'
import { giveTheme, whoIs } from '../session-guard.ts'
import { devicesOf } from '../sessions/device-store.ts'
import { closeOtherSessions, closeSession, forgetKnownDevice } from '../sessions/end-session.ts'
import { sessionsOnScreen } from '../sessions/sessions-on-screen.ts'
import { whileSignedIn } from '../sessions/while-signed-in.ts'
import { viewsOfParty } from '../staff/viewing/view-store.ts'
import { alertsPage, appearancePage, profilePage, sessionsPage } from '../views.ts'
import { changeAlerts } from './change-alerts.ts'

const Alerts = Type.Object({
  avisos: Type.Union([Type.Literal('each'), Type.Literal('daily'), Type.Literal('off')]),
})

const Appearance = Type.Object({
  tema: Type.Union([Type.Literal('auto'), Type.Literal('claro'), Type.Literal('oscuro')]),
  atajos: Type.Optional(Type.String({ maxLength: 10 })),
})

const BySession = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9_-]{10,64}$' }) })
const ByDevice = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const VIEWS_SHOWN = 5

const TITLE = 'Perfil y seguridad'

/** What a person keeps about themselves: /perfil, avisos, apariencia, sesiones, equipos. */
export const profileRoutes: Area = async (app) => {
  const { db, policy, tools, now } = app.identity

  app.get('/perfil', async (request, reply) => {
    const person = whoIs(request)
    const login = await loginOf(request)
    const { partyId } = person
    const [main] = partyId === null ? [] : await numbersOfParty(db, partyId)
    const data = {
      name: login.displayName,
      number: main ? maskTaxId(main.number) : '',
      email: login.email ? maskEmail(login.email) : null,
      digestHour: policy.mail.digestHour,
      passwordChangedOn: login.passwordChangedAt && dayOf(login.passwordChangedAt),
      previousLoginAt: login.previousLoginAt,
      alerts: login.alerts,
      theme: login.theme,
      shortcuts: login.shortcuts,
      sessions: await sessionsOnScreen(db, policy, person, now()),
      views: partyId === null ? [] : await viewsOfParty(db, partyId, VIEWS_SHOWN),
      customer: partyId !== null,
    }
    return reply.page(profilePage, data, { title: TITLE })
  })

  app.get('/perfil/avisos', async (request, reply) => {
    const { alerts, email } = await loginOf(request)
    const data = { alerts, email: email && maskEmail(email), digestHour: policy.mail.digestHour }
    return reply.page(alertsPage, data, { title: 'Avisos por correo' })
  })

  app.post('/perfil/avisos', { schema: { body: Alerts } }, async (request, reply) => {
    await changeAlerts(db, tools, whoIs(request), request.body.avisos, now())
    return reply.notice('Guardamos tus avisos.').redirect('/perfil', 303)
  })

  app.get('/perfil/apariencia', async (request, reply) => {
    const { theme, shortcuts } = whoIs(request)
    return reply.page(appearancePage, { theme, shortcuts }, { title: 'Apariencia' })
  })

  app.post('/perfil/apariencia', { schema: { body: Appearance } }, async (request, reply) => {
    const { tema, atajos } = request.body
    const person = whoIs(request)
    await whileSignedIn(db, person, (tx) =>
      setAppearance(tx, person.loginId, tema, atajos !== undefined),
    )
    giveTheme(reply, tema)
    return reply.notice('Guardamos tu apariencia.').redirect('/perfil', 303)
  })

  addSessionRoutes(app)
}

function addSessionRoutes(app: App): void {
  const { db, policy, tools, now } = app.identity

  app.get('/perfil/sesiones', async (request, reply) => {
    const person = whoIs(request)
    const devices = await devicesOf(db, person.loginId)
    const data = {
      sessions: await sessionsOnScreen(db, policy, person, now()),
      devices: devices.map((device) => ({ ...device, here: device.id === person.deviceId })),
    }
    return reply.page(sessionsPage, data, { title: 'Sesiones y equipos' })
  })

  app.post('/perfil/sesiones', async (request, reply) => {
    await closeOtherSessions(db, tools, whoIs(request), now())
    return reply.notice('Cerramos tus otras sesiones.').redirect('/perfil/sesiones', 303)
  })

  app.post('/perfil/sesiones/:id', { schema: { params: BySession } }, async (request, reply) => {
    const closed = await closeSession(db, tools, whoIs(request), request.params.id, now())
    if (!closed) throw new NotFound()
    return reply.notice('Cerramos esa sesión.').redirect('/perfil/sesiones', 303)
  })

  app.post('/perfil/equipos/:id', { schema: { params: ByDevice } }, async (request, reply) => {
    const done = await forgetKnownDevice(db, tools, whoIs(request), request.params.id, now())
    if (!done) throw new NotFound()
    return reply
      .notice('Olvidamos ese equipo y cerramos su sesión.')
      .redirect('/perfil/sesiones', 303)
  })
}

async function loginOf(request: FastifyRequest): Promise<Login> {
  const login = await findLogin(request.server.identity.db, whoIs(request).loginId)
  if (!login) throw new NotFound()
  return login
}
