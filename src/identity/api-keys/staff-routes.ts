import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { Area } from '../../web/area.ts'
import { Forbidden, NotFound } from '../../web/errors/errors.ts'
import type { Problems } from '../../web/forms.ts'
import { API_KEYS } from '../staff/rights.ts'
import { requireRight, staffOf } from '../staff/staff-guard.ts'
import { BANK_RIGHTS } from './api-key.ts'
import { listKeys } from './api-key-store.ts'
import type { EnteredKey } from './give-key.ts'
import { giveKey, takeKey } from './give-key.ts'
import { keyOnScreen } from './key-on-screen.ts'
import { RIGHT_WORDS } from './messages.ts'
import { DAYS_MAX } from './read-key.ts'
import { givenKeyPage, keyPage, keysPage, newKeyPage } from './views.ts'

const Entered = Type.Object({
  nombre: Type.String({ maxLength: 400, default: '' }),
  permiso: Type.Union([Type.String(), Type.Array(Type.String())], { default: [] }),
  dias: Type.String({ maxLength: 40, default: '' }),
  redes: Type.String({ maxLength: 2_000, default: '' }),
})
const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) })

const managed = { onRequest: requireRight('api-keys.manage') }
const EMPTY: EnteredKey = { name: '', rights: BANK_RIGHTS, days: '365', networks: '' }

/** Keys of the bank's programs, for who administers: /interno/claves. */
export const apiKeyRoutes: Area = async (app) => {
  const { db, tools, now } = app.identity

  app.get(API_KEYS, managed, async (_request, reply) => {
    const keys = (await listKeys(db)).map((key) => keyOnScreen(key, now()))
    return reply.page(keysPage, { keys }, { title: 'Claves de programas' })
  })

  app.get(`${API_KEYS}/:id`, { ...managed, schema: { params: ById } }, async (request, reply) => {
    const key = (await listKeys(db)).find(({ id }) => id === request.params.id)
    if (!key) throw new NotFound({ action: { href: API_KEYS, text: 'Ver las claves' } })
    return reply.page(keyPage, { key: keyOnScreen(key, now()) }, { title: key.name })
  })

  app.get(`${API_KEYS}/nueva`, managed, async (_request, reply) => showNew(reply, EMPTY, {}))

  app.post(API_KEYS, { ...managed, schema: { body: Entered } }, async (request, reply) => {
    const { nombre, permiso, dias, redes } = request.body
    const entered = { name: nombre, rights: [permiso].flat(), days: dias, networks: redes }
    const given = await giveKey(db, tools, staffOf(request), entered, now())
    if (given.ok) {
      const { text, expiresAt } = given
      const name = nombre.trim()
      return reply.page(
        givenKeyPage,
        { name, text, expiresAt, back: API_KEYS },
        { title: 'Clave creada' },
      )
    }
    if (given.problems === null) throw new Forbidden()
    const { name, rights, days, networks } = given.problems
    const fields = { nombre: name, permiso: rights, dias: days, redes: networks }
    const problems = Object.entries(fields).filter(([, sentence]) => sentence !== undefined)
    return showNew(reply, entered, Object.fromEntries(problems) as Problems)
  })

  app.post(
    `${API_KEYS}/:id/anulacion`,
    { ...managed, schema: { params: ById } },
    async (request, reply) => {
      const taken = await takeKey(db, tools, staffOf(request), request.params.id, now())
      if (taken === null) throw new Forbidden()
      if (!taken) throw new NotFound({ action: { href: API_KEYS, text: 'Ver las claves' } })
      return reply.notice('Anulamos la clave: ya no abre nada.').redirect(API_KEYS, 303)
    },
  )
}

function showNew(reply: FastifyReply, entered: EnteredKey, problems: Problems): FastifyReply {
  const { name, days, networks } = entered
  const rights = BANK_RIGHTS.map((value) => ({
    value,
    ...RIGHT_WORDS[value],
    checked: entered.rights.includes(value),
  }))
  const data = { values: { name, days, networks }, rights, problems, daysMax: DAYS_MAX }
  const status = Object.keys(problems).length > 0 ? 422 : 200
  return reply.page(newKeyPage, data, { title: 'Crear una clave', status })
}
