import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App, Area } from '../../../web/area.ts'
import { NotFound } from '../../../web/errors/errors.ts'
import type { Problems } from '../../../web/forms.ts'
import { leave, visitOf } from '../../session-guard.ts'
import { deviceLabel } from '../../sessions/device.ts'
import type { Passkey } from '../factor/passkey-store.ts'
import { passkeysOf } from '../factor/passkey-store.ts'
import type { Site } from '../factor/webauthn.ts'
import { requireRight, siteOf, staffOf } from '../staff-guard.ts'
import { dropPasskeyPage, newPasskeyPage, startPasskeyPage } from '../views.ts'
import { codesToKeep } from './change-app.ts'
import {
  dropPasskey,
  keepPasskey,
  offerPasskey,
  PASSKEY_NAME_MAX,
  pendingPasskey,
} from './passkeys.ts'

const Password = Type.String({ maxLength: 1_000, default: '' })
const NewKey = Type.Object({
  nombre: Type.String({ maxLength: 200, default: '' }),
  contrasena: Password,
})
const Made = Type.Object({ respuesta: Type.String({ maxLength: 12_000, default: '' }) })
const Proof = Type.Object({ contrasena: Password })
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const PROFILE = '/interno/perfil'
const CODES = `${PROFILE}/respaldo`
const KEYS = `${PROFILE}/llaves`
const NEW_KEY = `${KEYS}/nueva`
const own = { onRequest: requireRight('profile.keep') }

/** The passkeys of somebody of the bank: another one is made, or one forgotten, with the password. */
export const passkeyRoutes: Area = async (app) => {
  newRoutes(app)
  dropRoutes(app)
}

function newRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(KEYS, own, async (request, reply) => {
    siteHere(request)
    if (await codesToKeep(db, tools, staffOf(request))) return reply.redirect(CODES, 303)
    return showStart(reply, deviceLabel(request.headers['user-agent'] ?? ''), {})
  })

  app.post(KEYS, { ...own, schema: { body: NewKey } }, async (request, reply) => {
    siteHere(request)
    const { nombre, contrasena } = request.body
    const entered = { name: nombre, password: contrasena }
    const asked = await offerPasskey(db, tools, staffOf(request), entered, now())
    if (asked.ok) return reply.redirect(NEW_KEY, 303)
    return asked.problems === null ? leave(reply) : showStart(reply, nombre, asked.problems)
  })

  app.get(NEW_KEY, own, async (request, reply) => {
    const pending = await pendingPasskey(db, tools, staffOf(request), siteHere(request))
    if (!pending) return reply.redirect(KEYS, 303)
    const data = { name: pending.name, options: JSON.stringify(pending.options) }
    return reply.page(newPasskeyPage, data, { title: 'Agregar una llave' })
  })

  app.post(NEW_KEY, { ...own, schema: { body: Made } }, async (request, reply) => {
    const made = { site: siteHere(request), answer: request.body.respuesta }
    const kept = await keepPasskey(db, tools, staffOf(request), made, visitOf(request, null), now())
    if (kept) return reply.notice('Guardamos tu llave de acceso.').redirect(PROFILE, 303)
    return reply
      .notice('No pudimos guardar esa llave. Vuelve a intentarlo.', 'mal')
      .redirect(NEW_KEY, 303)
  })
}

function dropRoutes(app: App): void {
  const { db, tools, now } = app.identity

  app.get(`${KEYS}/:id`, { ...own, schema: { params: ById } }, async (request, reply) =>
    showDrop(reply, await ownKey(request, request.params.id), {}),
  )

  app.post(
    `${KEYS}/:id/eliminacion`,
    { ...own, schema: { params: ById, body: Proof } },
    async (request, reply) => {
      const key = await ownKey(request, request.params.id)
      const given = { passkeyId: key.id, password: request.body.contrasena }
      const visit = visitOf(request, null)
      const asked = await dropPasskey(db, tools, staffOf(request), given, visit, now())
      if (asked.ok) return reply.notice('Quitamos esa llave de acceso.').redirect(PROFILE, 303)
      return asked.problems === null ? leave(reply) : showDrop(reply, key, asked.problems)
    },
  )
}

/** Where the portal was reached by number there are no passkeys, and no pages of theirs. */
function siteHere(request: FastifyRequest): Site {
  const site = siteOf(request)
  if (!site) throw new NotFound()
  return site
}

async function ownKey(request: FastifyRequest, id: number): Promise<Passkey> {
  const keys = await passkeysOf(request.server.identity.db, staffOf(request).loginId)
  const key = keys.find((one) => one.id === id)
  if (!key) throw new NotFound()
  return key
}

function showStart(reply: FastifyReply, name: string, problems: Problems): FastifyReply {
  const data = { name, nameMax: PASSKEY_NAME_MAX, problems }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(startPasskeyPage, data, { title: 'Agregar una llave', status })
}

function showDrop(reply: FastifyReply, key: Passkey, problems: Problems): FastifyReply {
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(dropPasskeyPage, { key, problems }, { title: 'Quitar llave', status })
}
